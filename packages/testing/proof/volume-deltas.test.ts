import { background } from '@geppetto/context'
import { type Engine, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type Event, type EventSink, isDelta, type SinkDelivery } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../src/index.ts'
import { assertAccounted, textOf } from './accounted-events.test-helper.ts'

const chunks = 1_000
const deltasPerChunk = 100
const deltas = chunks * deltasPerChunk
const info = { api: 'test', host: 'embedded', model: 'test' }
const nextTask = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Says 100,000 numbers, a hundred per network chunk, and waits after each as long as sinks ask for. `afterChunk` looks on. */
function numberEngine(afterChunk: (chunk: number) => void = () => {}): Engine {
  return {
    info,
    async runInference(ctx, turn) {
      const call = startProviderCall(ctx, turn, info)
      const text = call.text()
      for (let chunk = 0; chunk < chunks; chunk++) {
        for (let index = 0; index < deltasPerChunk; index++) text.append(`${chunk * deltasPerChunk + index} `)
        afterChunk(chunk)
        const { pressure } = call
        if (pressure !== undefined) await pressure
        // As the network is: others get a turn now and then.
        else if (chunk % 50 === 0) await nextTask()
      }
      text.finish()
      call.stop('end_turn')
      return call.finish()
    },
  }
}

/** A sink that takes a while for each event. */
function slowSink(delivery: SinkDelivery, takeAWhile: () => Promise<void>): EventSink & { readonly seen: Event[] } {
  const seen: Event[] = []
  return {
    seen,
    delivery,
    publish(event) {
      seen.push(event)
      return takeAWhile()
    },
  }
}

function fastSink(): EventSink & { readonly seen: Event[] } {
  const seen: Event[] = []
  return { seen, publish: (event) => void seen.push(event) }
}

const seqsOf = (events: readonly Event[]) => events.map(({ seq }) => seq)
const whole = Array.from({ length: deltas }, (_, index) => `${index} `).join('')

/** One run with a fast sink and a slow one. */
async function stream(slow: EventSink & { readonly seen: Event[] }) {
  const fast = fastSink()
  const behind: number[] = []
  const clock = createManualClock()
  const engine = numberEngine((chunk) => {
    // The fast one has each delta before the engine goes on, whatever the slow one does.
    if (fast.seen.length < (chunk + 1) * deltasPerChunk) throw new Error('a sink lags')
    behind.push(fast.seen.length - slow.seen.length)
  })
  const builder = createEngineBuilder({ base: engine, eventSinks: [slow, fast] })
  const session = new Session({ builder, clock })
  const result = await session.submit('Count', {}, background({ clock })).wait()
  expect(result).toMatchObject({ status: 'completed', warnings: [] })
  expect(assistantText(result.turn)).toBe(whole)
  const last = fast.seen.length
  expect(seqsOf(fast.seen)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(textOf(fast.seen)).toBe(whole)
  expect(clock.scheduled).toBe(0)
  return { fast, last, mostBehind: Math.max(...behind) }
}

describe('100,000 deltas, with one slow sink and one fast one', () => {
  it('block: nothing is lost or merged, and no more than a chunk waits', async () => {
    const slow = slowSink({ policy: 'block' }, () => Promise.resolve())
    const { fast, mostBehind } = await stream(slow)
    expect(slow.seen).toEqual(fast.seen)
    // A chunk, and what came before the first.
    expect(mostBehind).toBeGreaterThan(deltasPerChunk / 2)
    expect(mostBehind).toBeLessThan(deltasPerChunk + 10)
  })

  it('coalesce: the text is whole, in few events', async () => {
    const slow = slowSink({ policy: 'coalesce' }, nextTask)
    const { last } = await stream(slow)
    assertAccounted(slow.seen, last)
    expect(textOf(slow.seen)).toBe(whole)
    expect(slow.seen.find((event) => event.type === 'text-finished')).toMatchObject({ text: whole })
    // What waits is one delta and what stands around it.
    expect(slow.seen.length).toBeLessThan(100)
    expect(slow.seen.filter(isDelta).length).toBeGreaterThan(2)
  })

  it('drop: as much as the capacity waits, and each number is in an event or in one gap', async () => {
    const capacity = 50
    const slow = slowSink({ policy: 'drop', capacity }, nextTask)
    const { last } = await stream(slow)
    assertAccounted(slow.seen, last)
    const gaps = slow.seen.filter((event) => event.type === 'gap')
    expect(gaps.length).toBeGreaterThan(2)
    expect(slow.seen.length).toBeLessThan(1_000)
    expect(slow.seen.at(-1)?.type).toBe('run-finished')
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(last - (slow.seen.length - gaps.length))
  })

  it('a reader that comes late gets what was as one delta, and then the rest', async () => {
    const clock = createManualClock()
    const middle = Promise.withResolvers<void>()
    const base = numberEngine((chunk) => {
      if (chunk === chunks / 2) middle.resolve()
    })
    const handle = new Session({ builder: createEngineBuilder({ base }), clock }).submit('Count')
    await middle.promise
    const seen: Event[] = []
    for await (const event of handle.events()) seen.push(event)
    const { turn } = await handle.wait()
    expect(assistantText(turn)).toBe(whole)
    expect(textOf(seen)).toBe(whole)
    assertAccounted(seen, seen.at(-1)?.seq ?? 0)
    const [past] = seen.filter(isDelta)
    expect(past?.delta.length).toBeGreaterThan(whole.length / 3)
    // Who comes when all is over gets it as one.
    const again: Event[] = []
    for await (const event of handle.events()) again.push(event)
    expect(again.filter(isDelta).map(({ delta }) => delta)).toEqual([whole])
    assertAccounted(again, seen.at(-1)?.seq ?? 0)
  })
})
