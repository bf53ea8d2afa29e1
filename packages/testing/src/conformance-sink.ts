import type { DeltaEvent, Event, EventSink } from '@geppetto/events'
import { isDelta } from '@geppetto/events'
import { type ConformanceCase, check, checkSame, defineCase, within } from './conformance-case.ts'
import { sampleGap, sampleRuns } from './conformance-sample-events.ts'

/** What {@link sinkConformance} takes. */
export interface SinkConformanceOptions {
  /** A new sink, writing to wherever it writes. */
  createSink(): EventSink | Promise<EventSink>
  /** How soon each promise that it returns must settle, in milliseconds of real time. Default 2,000. */
  readonly limitMs?: number
  /** How long a case may take, of which the longest gives it ten thousand events, in milliseconds of real time. Default 10,000. */
  readonly caseLimitMs?: number
}

type Stream = readonly Event[]

/** The rules that every sink must keep, as cases for any test runner. */
export function sinkConformance(options: SinkConformanceOptions): readonly ConformanceCase[] {
  const { createSink, limitMs = 2_000, caseLimitMs = 10_000 } = options
  if (typeof createSink !== 'function') throw new TypeError('sinkConformance takes { createSink: () => sink }')
  const runs = sampleRuns()
  const [run = []] = runs

  const feed = async (stream: Stream, until: number): Promise<void> => {
    const sink = await createSink()
    for (const [index, event] of stream.entries()) {
      if (performance.now() > until)
        throw new Error(
          `it took ${index} of ${stream.length} events within ${caseLimitMs} ms: give caseLimitMs, if it may be that slow`,
        )
      await give(sink, event, limitMs)
    }
  }
  const feedAll = (name: string, streams: () => Iterable<Stream>): ConformanceCase => {
    const body = async () => {
      const until = performance.now() + caseLimitMs
      for (const stream of streams()) await feed(stream, until)
    }
    return defineCase(`events: a sink takes ${name}`, body, caseLimitMs + 2 * limitMs)
  }

  return [
    feedAll('an event of every type, and every way to end', () => runs),
    feedAll('a run that is cut off at any place', () => run.map((_, index) => run.slice(0, index + 1))),
    feedAll('a run that it sees from any place on', () => run.map((_, index) => run.slice(index))),
    feedAll('deltas that were merged', () => [mergeDeltas(run)]),
    feedAll('a gap at any place', () => run.slice(1, -1).map((_, index) => withGap(run, index + 1))),
    feedAll('events that come late, in another order, or twice', () => [
      run.toReversed(),
      run.map((_, index) => run[(index * 7) % run.length] ?? run[0]).filter((event) => event !== undefined),
      run.flatMap((event) => [event, event]),
    ]),
    feedAll('several runs at once', () => [run.flatMap((_, index) => runs.flatMap((other) => other[index] ?? []))]),
    feedAll('events that follow the last one', () => [[...run, ...run]]),
    feedAll('events of a type that it does not know', () => [run.flatMap((event) => [unknownType(event), event])]),
    feedAll('events with fields that it does not know', () => [run.map(withUnknownFields)]),
    feedAll('events without a correlation, as outside of any run', () => [
      run.map((event) => ({ ...event, correlation: {} })),
    ]),
    feedAll('ten thousand deltas, and a long one', () => [manyDeltas(run)]),
    defineCase('events: a sink takes events at once, while it is still busy with earlier ones', async () => {
      const sink = await createSink()
      const taken = run.map((event) => give(sink, event, limitMs))
      await Promise.all(taken)
    }),
    defineCase('events: a sink leaves the events as they are', async () => {
      const sink = await createSink()
      for (const event of run) {
        // Not frozen, so that a change is seen and not refused.
        const given = structuredClone(event)
        await give(sink, given, limitMs)
        checkSame(given, event, `it changed ${event.type}`)
      }
    }),
    defineCase('events: a sink says in a known way what to do while it is busy', async () => {
      const { delivery } = await createSink()
      if (delivery === undefined) return
      check(['block', 'coalesce', 'drop'].includes(delivery.policy), `there is no policy ${delivery.policy}`)
      const [name, bound] =
        delivery.policy === 'block' ? ['stallMs', delivery.stallMs] : ['capacity', delivery.capacity]
      check(bound === undefined || bound > 0, `${name} is ${bound}: it must be over 0`)
    }),
  ]
}

/** Publishes one event as the hub does. @throws Error naming the event, when the sink throws, rejects or does not take it in time. */
async function give(sink: EventSink, event: Event, limitMs: number): Promise<void> {
  try {
    await within(Promise.resolve(sink.publish(event)), limitMs, 'the promise that it returned did not settle')
  } catch (cause) {
    throw new Error(`at ${event.type} (seq ${event.seq}): ${String(cause)}`, { cause })
  }
}

/** As a slow reader gets them: neighbours of one segment as one delta. */
function mergeDeltas(stream: Stream): Stream {
  const merged: Event[] = []
  for (const event of stream.filter((other) => isDelta(other) || other.type.endsWith('-finished'))) {
    const last = merged.at(-1)
    if (last !== undefined && isDelta(event) && isMergeable(last, event))
      merged[merged.length - 1] = { ...event, delta: last.delta + event.delta, fromSeq: last.fromSeq ?? last.seq }
    else merged.push(event)
  }
  return merged
}

function isMergeable(last: Event, event: DeltaEvent): last is DeltaEvent {
  return last.type === event.type && last.correlation.segmentId === event.correlation.segmentId
}

/** Three events are missing at the place, or as many as there are. */
function withGap(stream: Stream, place: number): Stream {
  const [before, after] = [stream[place - 1], stream[Math.min(place + 3, stream.length - 1)]]
  if (before === undefined || after === undefined) return stream
  return [...stream.slice(0, place), sampleGap(before, after), ...stream.slice(stream.indexOf(after))]
}

/** What a later version of the library may publish. */
function unknownType(event: Event): Event {
  const later: Event = { ...event }
  return Object.assign(later, { type: 'hologram-started', depth: { metres: 3 } })
}

function withUnknownFields(event: Event): Event {
  return { ...event, ...{ later: { nested: ['field'] }, correlation: { ...event.correlation, ...{ laterId: 'x' } } } }
}

function manyDeltas(stream: Stream): Stream {
  const place = stream.findIndex((event) => event.type === 'text-delta')
  const delta = stream[place]
  if (delta?.type !== 'text-delta') return stream
  const many = Array.from({ length: 10_000 }, (_, index) => ({ ...delta, delta: `${index} ` }))
  return [...stream.slice(0, place), ...many, { ...delta, delta: 'x'.repeat(1_000_000) }, ...stream.slice(place)]
}
