import type { Clock } from '@geppetto/context'
import { toErrorData } from '@geppetto/turns'
import { runCorrelation } from './correlation.ts'
import type { Correlation, Event } from './event.ts'
import type { EventSequence } from './event-sequence.ts'
import { frozenCopy } from './frozen-copy.ts'
import type { EventReader } from './reader.ts'
import type { RunLog } from './run-log.ts'
import type { EventSink, Warning } from './sink.ts'
import { SinkLane } from './sink-lane.ts'

/** What the hub of a run and the hubs derived from it share: one lane per sink, one order of delivery. */
export class EventChannel {
  readonly clock: Clock
  readonly sequence: EventSequence
  readonly log: RunLog | undefined
  readonly readers: Set<EventReader> = new Set()
  #isClosed = false
  #lanes = new Map<EventSink, SinkLane>()
  readonly #failures = new Map<SinkLane, { readonly first: string; count: number }>()
  readonly #stalls: Warning[] = []
  #isDispatching = false
  #waiting: { readonly event: Event; readonly lanes: readonly SinkLane[] }[] = []

  constructor(clock: Clock, sequence: EventSequence, log: RunLog | undefined) {
    this.clock = clock
    this.sequence = sequence
    this.log = log
  }

  /** Whether the last event has been published. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** `lanes`, and those of sinks that are not among them. A sink has one lane, from wherever it is attached. */
  addLanes(lanes: readonly SinkLane[], sinks: readonly EventSink[]): readonly SinkLane[] {
    const all = new Set(lanes)
    for (const sink of sinks) {
      let lane = this.#lanes.get(sink)
      if (lane === undefined) {
        lane = new SinkLane(sink, this.clock, this)
        this.#lanes.set(sink, lane)
      }
      all.add(lane)
    }
    return [...all]
  }

  dispatch(event: Event, lanes: readonly SinkLane[]): void {
    // A sink that publishes is served after the others have got the event that it answers, so that all see one order.
    if (this.#isDispatching) {
      this.#waiting.push({ event, lanes })
      return
    }
    this.#isDispatching = true
    try {
      this.#deliver(event, lanes)
      if (this.#waiting.length > 0) this.#deliverWaiting()
      if (this.#isClosed) this.#endReaders()
    } finally {
      this.#isDispatching = false
    }
  }

  /** Dispatches the last event, if there is one. From before it on nobody publishes: not even a report of a sink that fails on it. */
  finish(event: Event | undefined, lanes: readonly SinkLane[]): void {
    this.#isClosed = true
    if (event !== undefined) this.dispatch(event, lanes)
    else if (!this.#isDispatching) this.#endReaders()
  }

  /** Ends without a last event: for a run that never began. */
  end(): void {
    this.#isClosed = true
    this.#endReaders()
  }

  failed(lane: SinkLane, error: unknown, correlation: Correlation): void {
    const known = this.#failures.get(lane)
    if (known !== undefined) {
      known.count++
      return
    }
    const { message } = toErrorData(error)
    this.#failures.set(lane, { first: message, count: 1 })
    this.#tellOthers(lane, `an event sink failed and goes on: ${message}`, correlation)
  }

  stalled(lane: SinkLane, why: string, correlation: Correlation): void {
    const message = `an event sink was detached: ${why}`
    this.#stalls.push({ code: 'sink_stalled', message })
    this.#tellOthers(lane, message, correlation)
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

  /** Lets go of the sinks. */
  close(): void {
    this.#isClosed = true
    for (const lane of this.#lanes.values()) lane.close()
    this.#endReaders()
  }

  #deliver(event: Event, lanes: readonly SinkLane[]): void {
    for (const lane of lanes) lane.deliver(event)
    if (this.readers.size > 0) for (const reader of this.readers) reader.push(event)
  }

  #deliverWaiting(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      this.#deliver(next.event, next.lanes)
  }

  #endReaders(): void {
    for (const reader of this.readers) reader.end()
    this.readers.clear()
  }

  #tellOthers(lane: SinkLane, message: string, correlation: Correlation): void {
    if (this.#isClosed) return
    const event: Event = frozenCopy({
      type: 'log',
      v: 1,
      seq: this.sequence.next(),
      time: this.clock.now(),
      correlation: runCorrelation(correlation),
      level: 'warn',
      message,
    })
    this.log?.add(event)
    const others = [...this.#lanes.values()].filter((other) => other !== lane)
    this.dispatch(event, others)
  }
}
