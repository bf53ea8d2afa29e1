import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createGrammarChecker } from './grammar.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { collectingSink, playRichRun, recordRichRun, runContext, runCorrelation } from './rich-run.test-helper.ts'
import { openSegment } from './segment.ts'
import type { EventSink } from './sink.ts'

const types = (events: readonly Event[]) => events.map(({ type }) => type)
const seqs = (events: readonly Event[]) => events.map(({ seq }) => seq)

function hubWith(...sinks: EventSink[]): { hub: EventHub; clock: ManualClock; say: (message: string) => void } {
  const clock = createManualClock()
  const hub = createEventHub({ clock, sinks, keepsLog: true })
  return { hub, clock, say: (message) => hub.publish({ type: 'info', message }, runCorrelation) }
}

const finish = (hub: EventHub) =>
  hub.finish({ draft: { type: 'run-finished', stop: 'end_turn' }, correlation: runCorrelation })

async function readAll(events: AsyncIterable<Event>): Promise<Event[]> {
  const read: Event[] = []
  for await (const event of events) read.push(event)
  return read
}

describe('the hub', () => {
  it('lets no sink change what the log and the other sinks have', () => {
    const spoil: EventSink = {
      publish(event) {
        if (event.type === 'text-finished') Reflect.set(event, 'text', 'EVIL')
        if (event.type === 'custom') Object.assign(event.data ?? {}, { amount: 666 })
        Reflect.deleteProperty(event, 'correlation')
        Reflect.deleteProperty(event.correlation, 'runId')
      },
    }
    const careless: EventSink = { publish: (event) => void Object.assign(event, { seen: true }) }
    const sink = collectingSink()
    const { hub } = hubWith(spoil, careless, sink)
    hub.publish({ type: 'text-finished', text: 'true', outcome: 'completed' }, { ...runCorrelation })
    hub.publish({ type: 'custom', name: 'acme.order', data: { amount: 3 } }, { ...runCorrelation })
    const expected = [
      { type: 'text-finished', text: 'true', correlation: runCorrelation },
      { type: 'custom', data: { amount: 3 }, correlation: runCorrelation },
    ]
    expect(sink.events.filter(({ type }) => type !== 'log')).toMatchObject(expected)
    expect(hub.log?.replay().filter(({ type }) => type !== 'log')).toMatchObject(expected)
    expect(hub.warnings.map(({ code }) => code)).toEqual(['sink_failed', 'sink_failed'])
  })

  it('leaves its giver the data that was published, and keeps it as it was then', () => {
    const { hub } = hubWith()
    const progress = { percent: 10 }
    hub.publish({ type: 'tool-execution-progress', data: progress }, runCorrelation)
    progress.percent = 20
    expect(hub.log?.replay()).toMatchObject([{ data: { percent: 10 } }])
  })

  it('freezes the correlation that the deltas of a segment share', () => {
    const sink = collectingSink()
    const { hub } = hubWith(sink)
    openSegment(runContext(hub), 'text', 'text').append('one')
    expect(Object.isFrozen(sink.events[0]?.correlation)).toBe(true)
  })

  it('numbers and stamps what is published, and lays the draft’s correlation over the context’s', () => {
    const sink = collectingSink()
    const { hub } = hubWith(sink)
    hub.publish({ type: 'info', message: 'one', correlation: { segmentId: 'segment' } }, runCorrelation)
    hub.publish({ type: 'info', message: 'two' }, runCorrelation)
    expect(sink.events).toEqual([
      {
        type: 'info',
        v: 1,
        seq: 1,
        time: 1_000,
        correlation: { ...runCorrelation, segmentId: 'segment' },
        message: 'one',
      },
      { type: 'info', v: 1, seq: 2, time: 1_000, correlation: runCorrelation, message: 'two' },
    ])
  })

  it('stamps what is read of bytes with the time at which they came, also on hubs extended from it', () => {
    const sink = collectingSink()
    const { hub, clock } = hubWith(sink)
    hub.arrivedAt = 400
    openSegment(runContext(hub.extend([])), 'text', 'text').append('one')
    hub.publish({ type: 'info', message: 'two' }, runCorrelation)
    hub.arrivedAt = undefined
    hub.publish({ type: 'info', message: 'three' }, runCorrelation)
    expect(sink.events.map(({ time }) => time)).toEqual([400, 400, clock.now()])
  })

  it('gives all sinks one order when a sink publishes from within its call', () => {
    const early = collectingSink()
    const late = collectingSink()
    const answering: EventSink = {
      publish: (event) => {
        if (event.type === 'info' && event.message === 'question') say('answer')
      },
    }
    const { hub, say } = hubWith(early, answering, late)
    const reader = hub.read()
    say('question')
    say('next')
    expect(seqs(early.events)).toEqual([1, 2, 3])
    expect(late.events).toEqual(early.events)
    finish(hub)
    return expect(readAll(reader).then(seqs)).resolves.toEqual([1, 2, 3, 4])
  })

  it('lines up what a slow sink publishes behind what waits for it', async () => {
    const seen: number[] = []
    let isFirst = true
    const slow: EventSink = {
      async publish(event) {
        seen.push(event.seq)
        if (event.seq === 2) say('from within')
        if (isFirst) await settlePromises()
        isFirst = false
      },
    }
    const other = collectingSink()
    const { hub, say } = hubWith(slow, other)
    for (const message of ['one', 'two', 'three']) say(message)
    await hub.pressure
    expect(seen).toEqual([1, 2, 3, 4])
    expect(seqs(other.events)).toEqual([1, 2, 3, 4])
  })

  it('serves a sink once that is attached twice, also from two places at once', async () => {
    let calls = 0
    let most = 0
    const seen: number[] = []
    const sink: EventSink = {
      async publish(event) {
        most = Math.max(most, ++calls)
        seen.push(event.seq)
        await settlePromises()
        calls--
      },
    }
    const { hub } = hubWith(collectingSink())
    const left = hub.extend([sink, sink])
    const right = hub.extend([sink]).extend([sink])
    left.publish({ type: 'info', message: 'left' }, {})
    right.publish({ type: 'info', message: 'right' }, {})
    await right.pressure
    expect({ seen, most }).toEqual({ seen: [1, 2], most: 1 })
  })

  it('brings what is published on an extended hub to its own sinks and the base’s, and nothing else to its own', () => {
    const base = collectingSink()
    const own = collectingSink()
    const { hub } = hubWith(base)
    const extended = hub.extend([own])
    hub.publish({ type: 'info', message: 'base' }, {})
    extended.publish({ type: 'info', message: 'own' }, {})
    expect(seqs(base.events)).toEqual([1, 2])
    expect(seqs(own.events)).toEqual([2])
    expect(extended.sinks).toEqual([base, own])
  })

  it('silences a hub and those extended from it, and not the one that it was extended from', () => {
    const sink = collectingSink()
    const { hub } = hubWith(sink)
    const runners = hub.extend([])
    const tools = runners.extend([])
    const text = openSegment(runContext(tools), 'text', 'text')
    text.append('kept')
    runners.silence()
    text.append(' and not kept')
    tools.publish({ type: 'info', message: 'not kept' }, {})
    expect(tools.isClosed).toBe(true)
    finish(hub)
    expect(types(sink.events)).toEqual(['text-delta', 'run-finished'])
    expect(hub.log?.replay()[0]).toMatchObject({ type: 'text-delta', delta: 'kept' })
    expect(text.text).toBe('kept')
  })

  it('publishes one terminal event and nothing after it (P2)', () => {
    const sink = collectingSink()
    const answering: EventSink = {
      publish: (event) => {
        if (event.type === 'run-finished') say('last words')
      },
    }
    const { hub, say } = hubWith(answering, sink)
    say('one')
    finish(hub)
    finish(hub)
    say('late')
    expect(types(sink.events)).toEqual(['info', 'run-finished'])
    expect(hub.isClosed).toBe(true)
  })

  it('does not report a sink that fails on the terminal event behind that event, but in the warnings', () => {
    const sink = collectingSink()
    const failing: EventSink = {
      publish: (event) => {
        if (event.type === 'run-finished') throw new Error('cannot end')
      },
    }
    const { hub, say } = hubWith(failing, sink)
    say('one')
    finish(hub)
    expect(types(sink.events)).toEqual(['info', 'run-finished'])
    expect(hub.warnings).toEqual([{ code: 'sink_failed', message: 'an event sink failed: cannot end' }])
  })

  it('gives a reader the terminal event also when a sink ends the run from within its call', async () => {
    const ending: EventSink = {
      publish: (event) => {
        if (event.type === 'info') finish(hub)
      },
    }
    const { hub, say } = hubWith(ending)
    const reader = hub.read()
    say('end it')
    expect(types(await readAll(reader))).toEqual(['info', 'run-finished'])
  })

  it('ends without a terminal event where a run never began', async () => {
    const sink = collectingSink()
    const { hub, say } = hubWith(sink)
    const reader = hub.read()
    hub.finish()
    say('late')
    expect(sink.events).toEqual([])
    expect(await readAll(reader)).toEqual([])
  })

  it('calls nobody after drain: neither a sink with a queue nor a reader (P4)', async () => {
    const seen: number[] = []
    const hung = Promise.withResolvers<void>()
    const { hub, clock, say } = hubWith({
      publish(event) {
        seen.push(event.seq)
        return hung.promise
      },
    })
    say('one')
    say('two')
    finish(hub)
    let isDrained = false
    const drained = hub.drain(1_000).then(() => {
      isDrained = true
    })
    await clock.advance(999)
    expect(isDrained).toBe(false)
    await clock.advance(1)
    await drained
    hung.resolve()
    await settlePromises()
    say('three')
    hub.dispatch({ type: 'info', message: 'stamped already', v: 1, seq: 9, time: 1, correlation: {} })
    expect(seen).toEqual([1])
    expect(clock.scheduled).toBe(0)
    // It never got the last event: whoever waits for the run is told so.
    expect(hub.warnings).toMatchObject([{ code: 'sink_stalled', message: expect.stringContaining('1000 ms') }])
  })

  it('drains what waits when the sink takes it in time, terminal event and all', async () => {
    const seen: string[] = []
    const { hub, clock, say } = hubWith({
      async publish(event) {
        await settlePromises()
        seen.push(event.type)
      },
    })
    say('one')
    say('two')
    finish(hub)
    await hub.drain(1_000)
    expect(seen).toEqual(['info', 'info', 'run-finished'])
    expect([clock.scheduled, hub.warnings]).toEqual([0, []])
  })

  it('costs little without sinks: a delta makes no event and no promise, and is still in the log', () => {
    const { hub } = hubWith()
    let dispatched = 0
    hub.dispatch = () => {
      dispatched++
    }
    const text = openSegment(runContext(hub), 'text', 'text')
    for (let index = 0; index < 1_000; index++) text.append('x')
    expect(dispatched).toBe(0)
    expect(hub.pressure).toBeUndefined()
    expect(hub.log?.replay()).toMatchObject([{ delta: 'x'.repeat(1_000), fromSeq: 1, seq: 1_000 }])
  })
})

describe('a reader of the hub', () => {
  it('that comes late gets the past with one delta per segment, in order, then what comes, each once', async () => {
    let reading: Promise<Event[]> | undefined
    const { hub } = hubWith({
      publish(event) {
        // In the middle of the last answer, and of a delivery.
        if (event.type === 'text-delta' && event.delta === 'in Paris, ') reading = readAll(hub.read())
      },
    })
    playRichRun(hub)
    const events = (await reading) ?? []
    expect(firstProblem(events)).toBeUndefined()
    const deltas = events.filter((event) => event.type === 'text-delta')
    expect(deltas.map(({ delta }) => delta)).toEqual([
      'I look at both.',
      'It is ra',
      'Rain in Paris, ',
      'snow in Oslo.',
    ])
    expect(types(events).filter((type) => !type.endsWith('-delta'))).toEqual(
      types(recordRichRun()).filter((type) => !type.endsWith('-delta')),
    )
  })

  it('that comes after the end gets all of it, and then the end', async () => {
    const { hub } = hubWith()
    playRichRun(hub)
    await hub.drain(1_000)
    const events = await readAll(hub.read())
    expect(firstProblem(events)).toBeUndefined()
    expect(events.at(-1)?.type).toBe('run-finished')
  })

  it('gets the whole of a past that is longer than its queue', async () => {
    const { hub, say } = hubWith()
    for (let index = 0; index < 12_000; index++) say('one more')
    const reader = hub.read()
    say('live')
    finish(hub)
    expect(seqs(await readAll(reader))).toEqual(Array.from({ length: 12_002 }, (_, index) => index + 1))
  })

  it('may leave without stopping the run or the others', async () => {
    const sink = collectingSink()
    const { hub, say } = hubWith(sink)
    const staying = hub.read()
    say('one')
    for await (const event of hub.read()) {
      expect(event.seq).toBe(1)
      break
    }
    say('two')
    finish(hub)
    expect(seqs(sink.events)).toEqual([1, 2, 3])
    expect(seqs(await readAll(staying))).toEqual([1, 2, 3])
  })

  it('that waits in several calls gets each event once, and the end for all that are left', async () => {
    const { hub, say } = hubWith()
    const reader = hub.read()
    const waiting = [reader.next(), reader.next(), reader.next(), reader.next()]
    say('one')
    say('two')
    finish(hub)
    const results = await Promise.all(waiting)
    expect(results.map((result) => (result.done === true ? 'done' : result.value.seq))).toEqual([1, 2, 3, 'done'])
  })

  it('that does not read keeps at most its bound, and is told what it missed (P11)', async () => {
    const { hub, say } = hubWith()
    const reader = hub.read()
    for (let index = 0; index < 10_100; index++) say('one more')
    finish(hub)
    const events = await readAll(reader)
    expect(events.length).toBe(10_002)
    expect(events.at(-2)).toMatchObject({ type: 'gap', fromSeq: 10_001, toSeq: 10_100, count: 100 })
    expect(events.at(-1)?.type).toBe('run-finished')
  })
})

function firstProblem(events: readonly Event[]): string | undefined {
  const checker = createGrammarChecker('run')
  for (const event of events) {
    const problem = checker.accept(event)
    if (problem !== undefined) return problem.message
  }
  return checker.end()?.message
}
