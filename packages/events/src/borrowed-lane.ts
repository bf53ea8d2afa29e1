import type { Event } from './event.ts'
import type { Lane } from './lane.ts'
import type { EventSink } from './sink.ts'

/**
 * The way of a nested run's events to a sink of the run around it: through the outer lane, so that the sink is called one event at a
 * time, and only as long as the outer run is heard. The sink's faults are the outer run's to report.
 */
export class BorrowedLane implements Lane {
  readonly sink: EventSink
  readonly #lane: Lane
  readonly #isOuterClosed: () => boolean
  #isReturned = false

  /** @param isOuterClosed whether nothing of what happens inside is to be heard any more. */
  constructor(lane: Lane, isOuterClosed: () => boolean) {
    this.sink = lane.sink
    this.#lane = lane
    this.#isOuterClosed = isOuterClosed
  }

  deliver(event: Event): void {
    if (this.#isOpen) this.#lane.deliver(event)
  }

  get pressure(): Promise<void> | undefined {
    return this.#isOpen ? this.#lane.pressure : undefined
  }

  get drained(): Promise<void> | undefined {
    return this.#isOpen ? this.#lane.drained : undefined
  }

  /** The outer run goes on with the sink; what waits for it still arrives. */
  close(): boolean {
    this.#isReturned = true
    return false
  }

  get #isOpen(): boolean {
    return !this.#isReturned && !this.#isOuterClosed()
  }
}
