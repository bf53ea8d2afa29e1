import { getEventListeners } from 'node:events'
import { setImmediate as nextTask } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import { background, type Clock, systemClock, withTimeout } from '@geppetto/context'
import { type Engine, EngineError, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { z } from 'zod'
import { createManualClock } from '../src/index.ts'

// Does so many runs of all kinds, in new sessions or in one, and prints what is left behind after a fifth and after all of them.
const kinds = ['text', 'tools', 'failed', 'crashed', 'cancelled', 'tool-timeout', 'deadline', 'left'] as const
type Kind = (typeof kinds)[number]
const [, , where, runs] = process.argv
const count = Number(runs)
const info = { api: 'test', host: 'embedded', model: 'test' }
const manual = createManualClock()
// What lives as long as the process: the signal of a server, its sink, its tools.
const { signal } = new AbortController()
let published = 0
let timedOut = 0
const sink = {
  publish(event: Event) {
    published++
    if (event.type === 'tool-execution-finished' && event.outcome === 'timed-out') timedOut++
  },
}
let kind: Kind = 'text'

const base: Engine = {
  info,
  async runInference(ctx, turn) {
    const call = startProviderCall(ctx, turn, info)
    try {
      const isFirst = turn.blocks.at(-1)?.kind === 'user'
      if (isFirst && (kind === 'tools' || kind === 'tool-timeout')) {
        const writer = call.toolCall('echo')
        writer.append('{}')
        writer.finish()
        call.stop('tool_calls')
        return call.finish()
      }
      const text = call.text()
      text.append('An answer of ')
      text.append('some words.')
      if (kind === 'failed') throw new EngineError('unavailable', 'busy')
      if (kind === 'crashed') throw new Error('crashed')
      if (kind === 'cancelled' || kind === 'deadline')
        await new Promise((_, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true }),
        )
      text.finish()
      call.stop('end_turn')
      return call.finish()
    } catch (error) {
      throw call.abort(error)
    }
  },
}
const echo = defineTool({
  name: 'echo',
  description: 'Says it again',
  input: z.object({}),
  timeoutMs: 60_000,
  execute: (_, ctx) =>
    kind === 'tool-timeout' ? new Promise((_, reject) => ctx.signal.addEventListener('abort', reject)) : 'done',
})
const builder = createEngineBuilder({ base, tools: [echo], eventSinks: [sink] })
const one = new Session({ builder })
const statuses: Record<string, number> = {}

const measured: Record<string, number> = {}
for (let run = 0; run < count; run++) {
  if (run === count / 5) await look('first')
  kind = kinds[run % kinds.length] ?? 'text'
  await runOnce(kind === 'tool-timeout' || kind === 'deadline' || run % 3 === 0 ? manual : systemClock)
}
await look('last')
for (const [status, times] of Object.entries(statuses)) measured[status] = times
process.stdout.write(JSON.stringify({ ...measured, turns: one.turnCount, published, timedOut }))

async function runOnce(clock: Clock): Promise<void> {
  const session = where === 'one' ? one : new Session({ builder })
  const { ctx, release } = withTimeout(background({ clock, signal }), 600_000)
  const handle = session.submit('Hi', {}, ctx)
  if (kind === 'cancelled') {
    await nextTask()
    void handle.cancel()
  }
  if (kind === 'tool-timeout') await manual.advance(60_000)
  if (kind === 'deadline') await manual.advance(600_000)
  // Somebody begins to listen, and leaves.
  if (kind === 'left') for await (const _ of handle.events()) break
  const { status } = await handle.wait()
  statuses[status] = (statuses[status] ?? 0) + 1
  release()
}

async function look(when: string): Promise<void> {
  await nextTask()
  // These collect all garbage that there is before they count.
  measured[`${when}Promises`] = queryObjects(Promise, { format: 'count' })
  measured[`${when}Signals`] = queryObjects(AbortSignal, { format: 'count' })
  measured[`${when}Bytes`] = process.memoryUsage().heapUsed
  measured[`${when}Listeners`] = getEventListeners(signal, 'abort').length
  measured[`${when}Scheduled`] = manual.scheduled
  measured[`${when}Timers`] = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
