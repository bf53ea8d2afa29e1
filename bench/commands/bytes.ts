// `count` answers through sessions in SQLite, some at once, with a sink that takes its time: what the process holds meanwhile, and what of it stays. No write waits for the disk.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { engineAt } from '../clients/ours/engines.ts'
import { scenarioAddress } from '../wire/scenario.ts'
import { textLength } from '../wire/text.ts'
import type { Command } from './command.ts'
import { timed } from './measure.ts'
import { heldKB, peakMB } from './memory-use.ts'

const atOnce = 4

/** The sink is slow at every so many events: it takes a millisecond then. */
const slowEvents = 100

export const run: Command = async ({ api, scenario, count = 1 }, { server, folder }) => {
  const baseUrl = scenarioAddress(server, scenario)
  const store = openSqliteStore(join(folder, `${randomUUID()}.sqlite`), { durability: 'process' })
  let events = 0
  let characters = 0
  let heapMB = 0
  const slow: EventSink = {
    publish(event) {
      if (event.type === 'text-delta') characters += event.delta.length
      if (++events % slowEvents > 0) return
      heapMB = Math.max(heapMB, process.memoryUsage().heapUsed / 2 ** 20)
      return setTimeout(1)
    },
  }
  const builder = createEngineBuilder({ base: engineAt({ api, baseUrl }, 'fetch'), eventSinks: [slow] })
  const runSome = async (answers: number): Promise<void> => {
    let due = answers
    const work = async (): Promise<void> => {
      while (due-- > 0) await new Session({ builder, store }).run('Say something.')
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  const wireMB = (await bytesOfAnswer(baseUrl)) / 1e6
  // By then the process has got going.
  const first = Math.ceil(count / 5)
  await runSome(first)
  const heldBefore = heldKB()
  const timersBefore = liveTimers()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const timing = await timed(1, () => runSome(count - first))
  delay.disable()
  const figures = {
    ...timing,
    wireMB: wireMB * count,
    heapMB,
    peakMB: peakMB(),
    stayedKB: heldKB() - heldBefore,
    stayedTimers: liveTimers() - timersBefore,
    loopDelayMs: delay.percentile(99) / 1e6,
  }
  store.close()
  const due = textLength(scenario.deltas) * count
  return { figures, ...(characters === due ? undefined : { fault: `${characters} characters of ${due}` }) }
}

async function bytesOfAnswer(baseUrl: string): Promise<number> {
  const body = JSON.stringify({ model: 'any', stream: true, messages: [{ role: 'user', content: 'Say something.' }] })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body })
  return (await response.arrayBuffer()).byteLength
}

/** Those of idle connections of the process come and go. */
function liveTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
