import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { collectingSink } from './rich-run.test-helper.ts'
import type { EventSink } from './sink.ts'

interface Nest {
  readonly clock: ManualClock
  readonly outer: EventHub
  /** What the tool that starts the inner run publishes on. */
  readonly voice: EventHub
  readonly inner: EventHub
}

/** A run inside a tool of a run, both with these sinks; the inner one also with `own`. */
function nest(sinks: readonly EventSink[], own: readonly EventSink[] = []): Nest {
  const clock = createManualClock()
  const outer = createEventHub({ clock, sinks, keepsLog: true })
  const voice = outer.extend([])
  return { clock, outer, voice, inner: insideOf(voice, [...voice.sinks, ...own]) }
}

const insideOf = (parent: EventHub, sinks: readonly EventSink[]) =>
  createEventHub({ clock: parent.clock, sinks, keepsLog: true, parent })

const say = (hub: EventHub, runId: string, message: string) => hub.publish({ type: 'info', message }, { runId })
const finish = (hub: EventHub, runId: string) =>
  hub.finish({ draft: { type: 'run-finished', stop: 'end_turn' }, correlation: { runId } })
const show = (events: readonly Event[]) =>
  events.map((event) => `${event.correlation.runId} ${'message' in event ? event.message : event.type}`)

describe('a run inside a run', () => {
  it('calls a sink that both have one event at a time, in the order of publication', async () => {
    const seen: Event[] = []
    let pending = 0
    let mostPending = 0
    const slow: EventSink = {
      async publish(event) {
        seen.push(event)
        mostPending = Math.max(mostPending, ++pending)
        await settlePromises()
        pending--
      },
    }
    const { outer, inner } = nest([slow])
    say(outer, 'outer', 'one')
    say(inner, 'inner', 'two')
    expect(inner.pressure).toBeDefined()
    say(insideOf(inner, [slow]), 'innermost', 'three')
    say(outer, 'outer', 'four')
    await outer.drain(1_000)
    expect(show(seen)).toEqual(['outer one', 'inner two', 'innermost three', 'outer four'])
    expect(mostPending).toBe(1)
  })

  it('shares also a sink that it attaches later', async () => {
    let calls = 0
    const held: EventSink = {
      publish() {
        calls++
        return new Promise(() => {})
      },
    }
    const { outer, inner } = nest([held])
    say(outer, 'outer', 'one')
    say(inner.extend([held]), 'inner', 'two')
    expect(calls).toBe(1)
  })

  it('has a log, numbers, readers and a last event of its own, which the readers around do not get', async () => {
    const sink = collectingSink()
    const { outer, inner } = nest([sink])
    const around = outer.read()
    const inside = inner.read()
    say(outer, 'outer', 'one')
    say(inner, 'inner', 'two')
    finish(inner, 'inner')
    say(outer, 'outer', 'three')
    finish(outer, 'outer')
    const readAll = async (events: AsyncIterable<Event>) => {
      const read: Event[] = []
      for await (const event of events) read.push(event)
      return show(read)
    }
    expect(await readAll(inside)).toEqual(['inner two', 'inner run-finished'])
    expect(await readAll(around)).toEqual(['outer one', 'outer three', 'outer run-finished'])
    expect(inner.log?.replay().map(({ seq }) => seq)).toEqual([1, 2])
    expect(show(outer.log?.replay() ?? [])).toEqual(['outer one', 'outer three', 'outer run-finished'])
    expect(show(sink.events)).toEqual([
      'outer one',
      'inner two',
      'inner run-finished',
      'outer three',
      'outer run-finished',
    ])
  })

  it('that is abandoned is heard by its own sinks only', () => {
    const sink = collectingSink()
    const own = collectingSink()
    const { outer, voice, inner } = nest([sink], [own])
    const innermost = insideOf(inner, inner.sinks)
    voice.silence()
    say(inner, 'inner', 'late')
    say(innermost, 'innermost', 'late')
    finish(inner, 'inner')
    say(innermost, 'innermost', 'too late')
    finish(outer, 'outer')
    expect(show(sink.events)).toEqual(['outer run-finished'])
    expect(show(own.events)).toEqual(['inner late', 'innermost late', 'inner run-finished'])
    expect(inner.log?.replay()).toHaveLength(2)
  })

  it('that outlives the run around publishes nothing behind its last event, and waits for none of its sinks', () => {
    const sink = collectingSink()
    const held: EventSink = { publish: () => new Promise(() => {}) }
    const { outer, inner } = nest([sink, held])
    finish(outer, 'outer')
    say(inner, 'inner', 'late')
    expect(show(sink.events)).toEqual(['outer run-finished'])
    expect(inner.pressure).toBeUndefined()
  })

  it('leaves the sinks to the run around when it ends', async () => {
    const sink = collectingSink()
    const { outer, inner } = nest([sink])
    finish(inner, 'inner')
    await inner.drain(1_000)
    say(outer, 'outer', 'goes on')
    expect(show(sink.events)).toEqual(['inner run-finished', 'outer goes on'])
  })

  it('leaves it to the run around to report a sink that fails on its events', () => {
    const sink = collectingSink()
    const failing: EventSink = {
      publish(event) {
        if (event.correlation.runId === 'inner') throw new Error('no inner')
      },
    }
    const { outer, inner } = nest([failing, sink])
    say(outer, 'outer', 'one')
    say(inner, 'inner', 'two')
    expect(show(sink.events)).toEqual(['outer one', 'inner two', 'outer an event sink failed and goes on: no inner'])
    expect(outer.warnings).toEqual([{ code: 'sink_failed', message: 'an event sink failed: no inner' }])
    expect(inner.warnings).toEqual([])
  })

  it('shares nothing with a hub that belongs to no run', async () => {
    const sink = collectingSink()
    const failing: EventSink = {
      publish() {
        throw new Error('no')
      },
    }
    const base = createEventHub({ clock: createManualClock(), sinks: [failing, sink] })
    const run = insideOf(base, base.sinks)
    say(run, 'run', 'one')
    finish(run, 'run')
    await run.drain(1_000)
    say(base, 'base', 'two')
    expect(run.warnings).toHaveLength(1)
    expect(show(sink.events)).toContain('base two')
  })
})
