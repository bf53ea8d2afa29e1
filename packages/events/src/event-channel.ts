import type { Clock } from '@geppetto/context'
import { toErrorData } from '@geppetto/turns'
import { BorrowedLane } from './borrowed-lane.ts'
import { assertSink } from './check-sink.ts'
import { runCorrelation } from './correlation.ts'
import { type Correlation, type Event, isTerminal } from './event.ts'
import type { EventSequence } from './event-sequence.ts'
import type { Lane } from './lane.ts'
import { ownEvent } from './own-event.ts'
import type { RunLog } from './run-log.ts'
import type { EventSink, Warning } from './sink.ts'
import { SinkLane } from './sink-lane.ts'
import type { EventTap } from './tap.ts'

/** What keeps one order of delivery, for a run and the runs inside it: sinks that they share must not see another one. */
class DeliveryOrder {
  isBusy = false
  readonly waiting: { readonly channel: EventChannel; readonly event: Event; readonly lanes: readonly Lane[] }[] = []
}

/** The run around: its channel, and whether what is published on the context there is still heard. */
export interface OuterRun {
  readonly channel: EventChannel
  readonly isClosed: () => boolean
}

/** What the hub of a run and the hubs derived from it share: one lane per sink, one order of delivery. */
export class EventChannel {
  readonly clock: Clock
  readonly sequence: EventSequence
  readonly log: RunLog | undefined
  /** Made anew when one comes or goes, so that each event just goes through it. */
  #readers: readonly EventTap[] = []
  /** When that came which is published now; undefined where nobody says. */
  arrivedAt: number | undefined
  #isSealed = false
  #isClosed = false
  #lanes = new Map<EventSink, Lane>()
  readonly #failures = new Map<Lane, { readonly first: string; count: number }>()
  readonly #stalls: Warning[] = []
  readonly #order: DeliveryOrder
  readonly #outer: OuterRun | undefined
  /** That of the last event of its own. */
  #correlation: Correlation | undefined

  constructor(clock: Clock, sequence: EventSequence, log: RunLog | undefined, outer?: OuterRun) {
    this.clock = clock
    this.sequence = sequence
    this.log = log
    this.#outer = outer
    this.#order = outer === undefined ? new DeliveryOrder() : outer.channel.#order
  }

  /** Whether the last event has been published. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether the last event has been made: nothing else is published. */
  get isSealed(): boolean {
    return this.#isSealed || this.#isClosed
  }

  /** The last event is made: nobody publishes any more, not even a report of a sink that fails. */
  seal(): void {
    this.#isSealed = true
  }

  /** `lanes`, and those of sinks that are not among them. A sink has one lane, from wherever it is attached. */
  addLanes(lanes: readonly Lane[], sinks: readonly EventSink[]): readonly Lane[] {
    if (sinks.length === 0) return lanes
    const all = new Set(lanes)
    for (const sink of sinks) {
      assertSink(sink)
      const lane = this.#laneOf(sink) ?? new SinkLane(sink, this.clock, this)
      this.#lanes.set(sink, lane)
      all.add(lane)
    }
    return [...all]
  }

  get hasReaders(): boolean {
    return this.#readers.length > 0
  }

  /** Hands every event to the reader from now on; only the end where that has come. */
  addReader(reader: EventTap): void {
    if (this.#isClosed) reader.end()
    else this.#readers = [...this.#readers, reader]
  }

  removeReader(reader: EventTap): void {
    this.#readers = this.#readers.filter((one) => one !== reader)
  }

  dispatch(event: Event, lanes: readonly Lane[]): void {
    this.#correlation = event.correlation
    const order = this.#order
    // A sink that publishes is served after the others have got the event that it answers, so that all see one order.
    if (order.isBusy) {
      order.waiting.push({ channel: this, event, lanes })
      return
    }
    order.isBusy = true
    try {
      this.#deliver(event, lanes)
      for (let next = order.waiting.shift(); next !== undefined; next = order.waiting.shift())
        next.channel.#deliver(next.event, next.lanes)
    } finally {
      order.isBusy = false
    }
  }

  /** Dispatches the last event. From before it on nobody publishes: not even a report of a sink that fails on it. */
  finish(event: Event, lanes: readonly Lane[]): void {
    this.#isClosed = true
    this.dispatch(event, lanes)
  }

  /** Ends without a last event: for a run that never began. */
  end(): void {
    this.#isClosed = true
    this.#endReaders()
  }

  failed(lane: Lane, error: unknown, correlation: Correlation): void {
    const known = this.#failures.get(lane)
    if (known !== undefined) {
      known.count++
      return
    }
    const { message } = toErrorData(error)
    this.#failures.set(lane, { first: message, count: 1 })
    this.#tellOthers(lane, `an event sink failed and goes on: ${message}`, this.#ownOr(correlation))
  }

  stalled(lane: Lane, why: string, correlation: Correlation): void {
    const message = `an event sink was detached: ${why}`
    this.#stalls.push({ code: 'sink_stalled', message })
    this.#tellOthers(lane, message, this.#ownOr(correlation))
  }

  warnings(): readonly Warning[] {
    const failures = [...this.#failures.values()].map(({ first, count }): Warning => {
      const more = count === 1 ? '' : ` (and ${count - 1} more times)`
      return { code: 'sink_failed', message: `an event sink failed: ${first}${more}` }
    })
    return [...failures, ...this.#stalls]
  }

  /** What to wait for until every sink has taken everything. */
  pending(): readonly Promise<void>[] {
    return [...this.#lanes.values()].map((lane) => lane.drained).filter((drained) => drained !== undefined)
  }

  /** Lets go of the sinks. Those that had `graceMs` for the rest and did not take it are in the warnings: one may lack the last event. */
  close(graceMs: number): void {
    this.#isClosed = true
    const message = `an event sink was detached: it had not taken everything ${graceMs} ms after the end of the run`
    for (const lane of this.#lanes.values()) if (lane.close()) this.#stalls.push({ code: 'sink_stalled', message })
    this.#endReaders()
  }

  #laneOf(sink: EventSink): Lane | undefined {
    const own = this.#lanes.get(sink)
    if (own !== undefined || this.#outer === undefined) return own
    const { channel, isClosed } = this.#outer
    const lent = channel.#laneOf(sink)
    if (lent === undefined) return undefined
    return new BorrowedLane(lent, isClosed)
  }

  #deliver(event: Event, lanes: readonly Lane[]): void {
    // By index: no iterators for each delta.
    for (let index = 0; index < lanes.length; index++) lanes[index]?.deliver(event)
    const readers = this.#readers
    for (let index = 0; index < readers.length; index++) readers[index]?.push(event)
    if (this.#isClosed && isTerminal(event)) this.#endReaders()
  }

  /** A sink may have failed on an event of a run inside; the report is this run's own. */
  #ownOr(correlation: Correlation): Correlation {
    return correlation.runId === this.#correlation?.runId ? correlation : (this.#correlation ?? correlation)
  }

  #endReaders(): void {
    const readers = this.#readers
    this.#readers = []
    for (const reader of readers) reader.end()
  }

  #tellOthers(lane: Lane, message: string, correlation: Correlation): void {
    if (this.isSealed) return
    const { epoch } = this.sequence
    const event = ownEvent({
      type: 'log',
      v: 1,
      seq: this.sequence.next(),
      ...(epoch === undefined ? undefined : { epoch }),
      time: this.arrivedAt ?? this.clock.now(),
      correlation: runCorrelation(correlation),
      level: 'warn',
      message,
    })
    this.log?.add(event)
    const others = [...this.#lanes.values()].filter((other) => other !== lane)
    this.dispatch(event, others)
  }
}
