import type { Event } from './event.ts'
import { EventQueue } from './event-queue.ts'

/** How many events may wait for a reader that does not read. Deltas merge, so this is many segments. */
const capacity = 10_000

/** The events of a run as an async iterator. Whoever leaves does not stop the run; whoever is slow gets deltas merged. */
export class EventReader implements AsyncIterableIterator<Event> {
  readonly #queue = new EventQueue({ mergesDeltas: true, capacity })
  readonly #onLeave: () => void
  readonly #waiting: ((result: IteratorResult<Event>) => void)[] = []
  #isEnded = false

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave
  }

  push(event: Event): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#queue.push(event)
    else waiting({ value: event, done: false })
  }

  /** No more events come; those that wait can still be read. */
  end(): void {
    this.#isEnded = true
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true })
  }

  next(): Promise<IteratorResult<Event>> {
    const event = this.#queue.shift()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  return(): Promise<IteratorResult<Event>> {
    this.#onLeave()
    this.#queue.clear()
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
