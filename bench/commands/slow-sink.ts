// A session with a sink that takes its time for each event: what it costs, and what the stream and the memory do meanwhile. Variant: the sink's delivery.
import { setTimeout } from 'node:timers/promises'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event, EventSink } from '@geppetto/events'
import { createMemoryStore, Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { engineAt } from '../clients/ours/engines.ts'
import { scenarioAddress } from '../wire/scenario.ts'
import { textLength } from '../wire/text.ts'
import type { Command } from './command.ts'
import { timed } from './measure.ts'
import { peakMB } from './memory-use.ts'

const sinkMs = 1

export const run: Command = async ({ api, scenario, variant }, { server }) => {
  const base = engineAt({ api, baseUrl: scenarioAddress(server, scenario) }, 'fetch')
  let delivered = 0
  const publish = async (event: Event): Promise<void> => {
    if (event.type === 'text-delta') delivered += event.delta.length
    await setTimeout(sinkMs)
  }
  const sinks: readonly EventSink[] = variant === 'none' ? [] : [{ publish, delivery: { policy: policyOf(variant) } }]
  const session = new Session({ store: createMemoryStore(), builder: createEngineBuilder({ base, eventSinks: sinks }) })
  const before = peakMB()
  let text = ''
  const timing = await timed(1, async () => {
    text = assistantText(await session.run('Say something long.'))
  })
  const length = textLength(scenario.deltas)
  const isWhole = text.length === length && (policyOf(variant) === 'drop' || variant === 'none' || delivered === length)
  const figures = { ...timing, grewMB: peakMB() - before }
  return { figures, ...(isWhole ? undefined : { fault: `${delivered} characters of ${length} reached the sink` }) }
}

function policyOf(variant: string | undefined): 'block' | 'coalesce' | 'drop' {
  return variant === 'coalesce' || variant === 'drop' ? variant : 'block'
}
