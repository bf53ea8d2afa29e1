import type { Clock } from '@geppetto/context'
import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { collectingSink, runContext, runCorrelation } from './rich-run.test-helper.ts'
import { openSegment } from './segment.ts'
import { coalesce, drop, type EventSink } from './sink.ts'

function hubWith(...sinks: EventSink[]): { hub: EventHub; clock: ManualClock; say: (message: string) => void } {
  const clock = createManualClock()
  const hub = createEventHub({ clock, sinks })
  return { hub, clock, say: (message) => hub.publish({ type: 'info', message }, runCorrelation) }
}

/** A sink that takes an event only when it is told to. */
function heldSink(): EventSink & { readonly seen: Event[]; release(): Promise<void> } {
  const seen: Event[] = []
  let held = Promise.withResolvers<void>()
  return {
    seen,
    publish(event) {
      seen.push(event)
      return held.promise
    },
    async release() {
      held.resolve()
      held = Promise.withResolvers()
      await settlePromises()
    },
  }
}

const messages = (events: readonly Event[]) =>
  events.map((event) => (event.type === 'info' || event.type === 'log' ? event.message : event.type))

describe('a sink that fails', () => {
  it('by throwing once is reported to the others, and goes on', () => {
    const seen: string[] = []
    const failing: EventSink = {
      publish(event) {
        if (event.type === 'info' && event.message === 'one') throw new Error('broken')
        seen.push(event.type)
      },
    }
    const others = [collectingSink(), collectingSink()] as const
    const { hub, say } = hubWith(others[0], failing, others[1])
    say('one')
    say('two')
    for (const other of others) {
      expect(messages(other.events)).toEqual(['one', 'an event sink failed and goes on: broken', 'two'])
      expect(other.events[1]).toMatchObject({ type: 'log', level: 'warn', seq: 2, correlation: runCorrelation })
    }
    expect(seen).toEqual(['info'])
    expect(hub.warnings).toEqual([{ code: 'sink_failed', message: 'an event sink failed: broken' }])
  })

  it('by throwing always is reported once and counted', () => {
    const other = collectingSink()
    const { hub, say } = hubWith(
      {
        publish() {
          throw new Error('broken')
        },
      },
      other,
    )
    for (let index = 0; index < 5; index++) say('more')
    expect(other.events.filter(({ type }) => type === 'log').length).toBe(1)
    expect(hub.warnings).toEqual([{ code: 'sink_failed', message: 'an event sink failed: broken (and 4 more times)' }])
  })

  it('together with another failing sink does not make them report each other for ever', () => {
    const broken = (): EventSink => ({
      publish() {
        throw new Error('broken')
      },
    })
    const { hub, say } = hubWith(broken(), broken())
    say('one')
    expect(hub.warnings.length).toBe(2)
    expect(hub.sequence.last).toBe(3)
  })

  it('by rejecting is reported, and gets what waited for it', async () => {
    const seen: number[] = []
    const other = collectingSink()
    const { hub, say } = hubWith(
      {
        async publish(event) {
          seen.push(event.seq)
          if (event.seq === 1) throw new Error('rejected')
        },
      },
      other,
    )
    say('one')
    say('two')
    await hub.pressure
    await settlePromises()
    expect(seen).toEqual([1, 2])
    expect(messages(other.events)).toEqual(['one', 'two', 'an event sink failed and goes on: rejected'])
    expect(hub.warnings).toEqual([{ code: 'sink_failed', message: 'an event sink failed: rejected' }])
  })

  it('with a thenable that misbehaves does no harm', async () => {
    const promise = Promise.resolve()
    const hostile = Object.defineProperty(promise, 'then', {
      get() {
        throw new Error('no then')
      },
    })
    const other = collectingSink()
    const { hub, say } = hubWith({ publish: () => hostile }, other)
    say('one')
    say('two')
    await hub.drain(1_000)
    expect(messages(other.events)).toEqual(['one', 'an event sink failed and goes on: no then', 'two'])
  })
})

describe('a sink that blocks', () => {
  it('gets one event at a time, in order, and holds up who waits for it', async () => {
    const sink = heldSink()
    const { hub, say } = hubWith(sink)
    say('one')
    say('two')
    let isFree = false
    const pressure = hub.pressure?.then(() => {
      isFree = true
    })
    expect(messages(sink.seen)).toEqual(['one'])
    await sink.release()
    expect(messages(sink.seen)).toEqual(['one', 'two'])
    expect(isFree).toBe(false)
    await sink.release()
    await pressure
    expect(isFree).toBe(true)
    expect(hub.pressure).toBeUndefined()
  })

  it('and hangs is detached 5 s after its last progress, reported, and holds up nobody any more', async () => {
    const sink = heldSink()
    const other = collectingSink()
    const { hub, clock, say } = hubWith(sink, other)
    say('one')
    say('two')
    await clock.advance(4_900)
    await sink.release()
    const pressure = hub.pressure
    await clock.advance(4_999)
    expect(hub.warnings).toEqual([])
    await clock.advance(1)
    await pressure
    say('three')
    expect(messages(sink.seen)).toEqual(['one', 'two'])
    const why = 'an event sink was detached: it made no progress for 5000 ms'
    expect(messages(other.events)).toEqual(['one', 'two', why, 'three'])
    expect(other.events[2]?.correlation).toEqual(runCorrelation)
    expect(hub.warnings).toEqual([{ code: 'sink_stalled', message: why }])
    expect(clock.scheduled).toBe(0)
  })

  it('slowly but steadily stays attached, however long it takes', async () => {
    const sink = heldSink()
    const { hub, clock, say } = hubWith(sink)
    for (let index = 0; index < 10; index++) say(`${index}`)
    for (let index = 0; index < 10; index++) {
      await clock.advance(4_000)
      await sink.release()
    }
    expect(sink.seen.length).toBe(10)
    expect(hub.warnings).toEqual([])
    expect(clock.scheduled).toBe(0)
  })

  it('and hangs gets no more than its time when the clock is set back', async () => {
    const manual = createManualClock()
    let setBackMs = 0
    const clock: Clock = { now: () => manual.now() - setBackMs, schedule: manual.schedule }
    const sink = heldSink()
    const hub = createEventHub({ clock, sinks: [sink] })
    for (const message of ['one', 'two']) hub.publish({ type: 'info', message }, runCorrelation)
    await manual.advance(1_000)
    await sink.release()
    setBackMs = 60_000
    // How much is left cannot be known: it gets its whole time once more, and not the minute too.
    await manual.advance(4_000)
    expect(hub.warnings).toEqual([])
    setBackMs = 0
    await manual.advance(5_000)
    expect(hub.warnings).toMatchObject([{ code: 'sink_stalled' }])
  })

  it('has its own stall time where it says so', async () => {
    const { hub, clock, say } = hubWith({ ...heldSink(), delivery: { policy: 'block', stallMs: 100 } })
    say('one')
    await clock.advance(100)
    expect(hub.warnings).toMatchObject([{ code: 'sink_stalled' }])
  })

  it('and for which publishers do not wait is detached before it takes all memory (P11)', () => {
    const sink = heldSink()
    const { hub, say } = hubWith(sink)
    // Twice as many: a sink that is detached takes no memory, and is reported once.
    for (let index = 0; index < 200_100; index++) say('more')
    expect(hub.warnings).toEqual([
      { code: 'sink_stalled', message: 'an event sink was detached: 100000 events wait for it' },
    ])
    expect(hub.pressure).toBeUndefined()
  })
})

describe('a sink that coalesces', () => {
  it('gets adjacent deltas of a segment as one, with the place of the first, and holds up nobody', async () => {
    const sink = heldSink()
    const { hub, clock, say } = hubWith(coalesce(sink))
    const text = openSegment(runContext(hub), 'text', 'text')
    const other = openSegment(runContext(hub), 'reasoning', 'other')
    say('hold')
    for (const delta of ['a', 'b', 'c']) text.append(delta)
    other.append('x')
    for (const delta of ['d', 'e']) text.append(delta)
    expect(hub.pressure).toBeUndefined()
    await clock.advance(60_000)
    for (let index = 0; index < 4; index++) await sink.release()
    expect(sink.seen.slice(1)).toMatchObject([
      { type: 'text-delta', delta: 'abc', seq: 4, fromSeq: 2, correlation: { segmentId: 'text' } },
      { type: 'reasoning-delta', delta: 'x', seq: 5 },
      { type: 'text-delta', delta: 'de', seq: 7, fromSeq: 6 },
    ])
    expect(hub.warnings).toEqual([])
  })
})

describe('a sink that drops', () => {
  it('gets what fits, and a gap that says exactly what did not', async () => {
    const sink = heldSink()
    const { hub, say } = hubWith(drop(sink, { capacity: 2 }))
    for (let index = 1; index <= 8; index++) say(`${index}`)
    expect(hub.pressure).toBeUndefined()
    for (let index = 0; index < 3; index++) await sink.release()
    say('9')
    await sink.release()
    expect(messages(sink.seen)).toEqual(['1', '2', '3', 'gap', '9'])
    expect(sink.seen[3]).toMatchObject({ fromSeq: 4, toSeq: 8, count: 5, seq: 8, correlation: runCorrelation })
  })

  it('always gets a roll-back and the terminal event, with the gap before them', async () => {
    const sink = heldSink()
    const { hub, say } = hubWith(drop(sink, { capacity: 0 }))
    for (let index = 1; index <= 3; index++) say(`${index}`)
    hub.publish({ type: 'run-rolled-back', fromSeq: 2, reason: 'test' }, runCorrelation)
    say('5')
    hub.finish({ draft: { type: 'run-cancelled', stop: 'user' }, correlation: runCorrelation })
    for (let index = 0; index < 6; index++) await sink.release()
    expect(messages(sink.seen)).toEqual(['1', 'gap', 'run-rolled-back', 'gap', 'run-cancelled'])
    expect(sink.seen[1]).toMatchObject({ fromSeq: 2, toSeq: 3, count: 2 })
    expect(sink.seen[3]).toMatchObject({ fromSeq: 5, toSeq: 5, count: 1 })
  })
})
