import type { CancelTimer, Clock } from '@geppetto/context'
import type { Event } from './event.ts'
import { EventQueue, type QueueLimits } from './event-queue.ts'
import type { EventSink, SinkDelivery } from './sink.ts'

/** Whom a lane tells of its sink's faults. */
export interface LaneReports {
  /** The sink threw, or its promise rejected. */
  failed(lane: SinkLane, error: unknown): void
  /** The sink was detached: it made no progress, or too much waited for it. */
  stalled(lane: SinkLane, why: string): void
}

const defaultStallMs = 5_000
/** A sink that blocks slows the stream; only publishers that do not wait can fill its queue. */
const blockedCapacity = 100_000
const unlimited: QueueLimits = { mergesDeltas: false, capacity: Number.POSITIVE_INFINITY }

/** The way of a run's events to one sink: one call at a time, in order, with a queue while the sink's promise is pending. */
export class SinkLane {
  readonly sink: EventSink
  readonly #clock: Clock
  readonly #reports: LaneReports
  readonly #delivery: SinkDelivery
  readonly #queue: EventQueue
  #isBusy = false
  #isClosed = false
  #calls = 0
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
    if (!this.#isBusy) return this.#call(event)
    this.#queue.push(event)
    if (this.#delivery.policy === 'block' && this.#queue.size > blockedCapacity)
      this.#detach(`${blockedCapacity} events wait for it`)
  }

  /** What a publisher should wait for before it publishes more: undefined when the sink keeps up, or lets nobody wait. */
  get pressure(): Promise<void> | undefined {
    return this.#delivery.policy === 'block' ? this.drained : undefined
  }

  /** Resolves when nothing waits for the sink any more; undefined when nothing does. */
  get drained(): Promise<void> | undefined {
    if (!this.#isBusy || this.#isClosed) return undefined
    this.#idle ??= Promise.withResolvers<void>()
    return this.#idle.promise
  }

  /** Nothing is delivered from here on; what waits is forgotten. */
  close(): void {
    this.#isClosed = true
    this.#queue.clear()
    this.#becomeIdle()
  }

  #call(event: Event): void {
    this.#calls++
    let result: void | Promise<void>
    try {
      result = this.sink.publish(event)
    } catch (error) {
      this.#reports.failed(this, error)
      return
    }
    if (result === undefined || typeof result?.then !== 'function') return
    this.#isBusy = true
    if (this.#delivery.policy === 'block') this.#watchForStall()
    result.then(
      () => this.#next(),
      (error: unknown) => {
        if (!this.#isClosed) this.#reports.failed(this, error)
        this.#next()
      },
    )
  }

  #next(): void {
    this.#isBusy = false
    while (!this.#isBusy && !this.#isClosed) {
      const event = this.#queue.shift()
      if (event === undefined) return this.#becomeIdle()
      this.#call(event)
    }
  }

  /** One timer for as long as the sink is busy: it looks at each end whether there was progress. */
  #watchForStall(): void {
    if (this.#stopStallTimer !== undefined || this.#delivery.policy !== 'block') return
    const stallMs = this.#delivery.stallMs ?? defaultStallMs
    const callsThen = this.#calls
    this.#stopStallTimer = this.#clock.schedule(() => {
      this.#stopStallTimer = undefined
      if (this.#calls === callsThen) this.#detach(`it made no progress for ${stallMs} ms`)
      else this.#watchForStall()
    }, stallMs)
  }

  #detach(why: string): void {
    this.close()
    this.#reports.stalled(this, why)
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
