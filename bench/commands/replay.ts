// A reader who comes late: to a run that has said everything (variant `run`), or to a stored session of `count` turns (variant `session`).
import { background, withCancel } from '@geppetto/context'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event } from '@geppetto/events'
import { createMemoryStore, Session } from '@geppetto/session'
import { engineAt } from '../clients/ours/engines.ts'
import { scenarioAddress } from '../wire/scenario.ts'
import { textLength } from '../wire/text.ts'
import type { Command, Sample } from './command.ts'
import { timed } from './measure.ts'
import { openStored, storedBuilder, storedId } from './stored-session.ts'

export const run: Command = (task, workshop) =>
  task.variant === 'session' ? replaySession(task, workshop) : replayRun(task, workshop)

const replayRun: Command = async ({ api, scenario }, { server }) => {
  const base = engineAt({ api, baseUrl: scenarioAddress(server, scenario) }, 'fetch')
  const session = new Session({ store: createMemoryStore(), builder: createEngineBuilder({ base }) })
  session.appendNewTurnFromUserPrompt('Say something long.')
  const handle = session.startInference()
  await handle.wait()
  let characters = 0
  const reading = await readTo(handle.events(), (event) => {
    if (event.type === 'text-delta') characters += event.delta.length
    return event.type === 'run-finished'
  })
  return withFault(reading, characters === textLength(scenario.deltas) ? undefined : `${characters} characters`)
}

const replaySession: Command = async ({ count = 100 }, workshop) => {
  const store = await openStored(count, workshop)
  const session = await Session.open(store, storedId, { builder: storedBuilder })
  const reader = withCancel(background())
  let runs = 0
  const reading = await readTo(
    session.attach({}, reader.ctx),
    (event) => event.type === 'run-finished' && ++runs === count,
  )
  reader.cancel()
  reader.release()
  store.close()
  return withFault(reading, runs === count ? undefined : `${runs} runs of ${count}`)
}

async function readTo(events: AsyncIterable<Event>, isLast: (event: Event) => boolean): Promise<Sample> {
  let count = 0
  const timing = await timed(1, async () => {
    for await (const event of events) {
      count++
      if (isLast(event)) return
    }
  })
  return { figures: { ...timing, events: count } }
}

function withFault(sample: Sample, fault: string | undefined): Sample {
  return fault === undefined ? sample : { ...sample, fault }
}
