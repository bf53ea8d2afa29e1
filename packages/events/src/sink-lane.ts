import type { CancelTimer, Clock } from '@geppetto/context'
import type { Correlation, Event } from './event.ts'
import { EventQueue, type QueueLimits } from './event-queue.ts'
import type { Lane, LaneReports } from './lane.ts'
import type { EventSink, SinkDelivery } from './sink.ts'

const defaultStallMs = 5_000
/** A sink that blocks slows the stream; only publishers that do not wait can fill its queue. */
const blockedCapacity = 100_000
const unlimited: QueueLimits = { mergesDeltas: false, capacity: Number.POSITIVE_INFINITY }

/** The way of a run's events to one sink: one call at a time, in order, with a queue while the sink's promise is pending. */
export class SinkLane implements Lane {
  readonly sink: EventSink
  readonly #clock: Clock
  readonly #reports: LaneReports
  readonly #delivery: SinkDelivery
  readonly #queue: EventQueue
  #isBusy = false
  #isClosed = false
  #lastCorrelation: Correlation = {}
  #lastCallTime = 0
  #stopStallTimer: CancelTimer | undefined
  #idle: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  constructor(sink: EventSink, clock: Clock, reports: LaneReports) {
    this.sink = sink
    this.#clock = clock
    this.#reports = reports
    this.#delivery = sink.delivery ?? { policy: 'block' }
    this.#queue = new EventQueue(limitsOf(this.#delivery))
  }

  deliver(event: Event): void {
    if (this.#isClosed) return
    if (!this.#isBusy) {
      this.#call(event)
      return
    }
    this.#queue.push(event)
    if (this.#delivery.policy === 'block' && this.#queue.size > blockedCapacity)
      this.#detach(`${blockedCapacity} events wait for it`)
  }

  get pressure(): Promise<void> | undefined {
    return this.#delivery.policy === 'block' ? this.drained : undefined
  }

  get drained(): Promise<void> | undefined {
    if (!this.#isBusy || this.#isClosed) return undefined
    this.#idle ??= Promise.withResolvers<void>()
    return this.#idle.promise
  }

  close(): boolean {
    const isCutOff = this.#isBusy && !this.#isClosed
    this.#isClosed = true
    this.#queue.clear()
    this.#becomeIdle()
    return isCutOff
  }

  /** Calls the sink. Returns whether it took a promise's time; the lane is busy until that promise settles. */
  #call(event: Event): boolean {
    let taken: Promise<void>
    this.#lastCorrelation = event.correlation
    try {
      const result = this.sink.publish(event)
      if (typeof result?.then !== 'function') return false
      // Itself where it is a promise; and a foreign thenable can do no harm.
      taken = Promise.resolve(result)
    } catch (error) {
      this.#reports.failed(this, error, event.correlation)
      return false
    }
    this.#isBusy = true
    this.#lastCallTime = this.#clock.now()
    this.#watchForStall()
    taken.then(
      () => this.#next(),
      (error: unknown) => {
        if (!this.#isClosed) this.#reports.failed(this, error, event.correlation)
        this.#next()
      },
    )
    return true
  }

  /** Stays busy until the queue is empty, so that what the sink publishes meanwhile lines up behind. */
  #next(): void {
    while (!this.#isClosed) {
      const event = this.#queue.shift()
      if (event === undefined) {
        this.#isBusy = false
        this.#becomeIdle()
        return
      }
      if (this.#call(event)) return
    }
  }

  /** One timer for as long as the sink is busy: at its end it looks how much of the time is left since the last progress. */
  #watchForStall(remainingMs?: number): void {
    if (this.#isClosed || this.#stopStallTimer !== undefined || this.#delivery.policy !== 'block') return
    const stallMs = this.#delivery.stallMs ?? defaultStallMs
    this.#stopStallTimer = this.#clock.schedule(() => {
      this.#stopStallTimer = undefined
      const leftMs = stallMs - (this.#clock.now() - this.#lastCallTime)
      // A clock that was set back must not give the sink more than its time.
      if (leftMs > 0) this.#watchForStall(Math.min(leftMs, stallMs))
      else this.#detach(`it made no progress for ${stallMs} ms`)
    }, remainingMs ?? stallMs)
  }

  #detach(why: string): void {
    this.close()
    this.#reports.stalled(this, why, this.#lastCorrelation)
  }

  #becomeIdle(): void {
    this.#stopStallTimer?.()
    this.#stopStallTimer = undefined
    this.#idle?.resolve()
    this.#idle = undefined
  }
}

function limitsOf(delivery: SinkDelivery): QueueLimits {
  switch (delivery.policy) {
    case 'block':
      return unlimited
    case 'coalesce':
      return { mergesDeltas: true, capacity: delivery.capacity ?? 10_000 }
    case 'drop':
      return { mergesDeltas: false, capacity: delivery.capacity ?? 1_000 }
  }
}
