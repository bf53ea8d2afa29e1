import { setImmediate as nextTask } from 'node:timers/promises'
import { type Engine, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { coalesce, type Event } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'

// Prints how many bytes of heap a text of 20,000 deltas holds, and how many it has; kept by `session`, by a run's `handle`, or by a slow
// `sink` that merges.
const keeper = process.argv[2]
const deltas = 20_000
const info = { api: 'test', host: 'embedded', model: 'test' }
const base: Engine = {
  info,
  async runInference(ctx, turn) {
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    for (let index = 0; index < deltas; index++) {
      text.append(`the ${index}th word `)
      if (index % 5_000 === 0) await nextTask()
    }
    text.finish()
    call.stop('end_turn')
    return call.finish()
  },
}
const seen: Event[] = []
const sink = coalesce({
  publish(event) {
    if (event.type === 'text-delta') seen.push(event)
    return nextTask()
  },
})
const kept: unknown[] = []
await keep()
kept.length = 0
seen.length = 0
const before = heap()
const size = await keep()
await nextTask()
process.stdout.write(JSON.stringify({ bytes: heap() - before, size, kept: kept.length + seen.length }))

async function keep(): Promise<number> {
  const eventSinks = keeper === 'sink' ? [sink] : []
  const session = new Session({ builder: createEngineBuilder({ base, eventSinks }) })
  const handle = session.submit('Talk')
  const { turn } = await handle.wait()
  if (keeper === 'session') kept.push(session)
  if (keeper === 'handle') kept.push(handle)
  return assistantText(turn).length
}

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
