import type { Event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import type { EventTap } from './tap.ts'

/** How many events may wait for a reader that does not read. Adjacent deltas merge, so this is many segments. */
const capacity = 10_000

/**
 * Makes a reader that is handed the events behind `after` (default: the last of `past`) one by one, and reads them behind those of `past`; `onLeave`
 * is called when nobody reads it any more.
 */
export function createEventReader(past: readonly Event[], onLeave: () => void, after?: number): EventReader {
  return new EventReader(past, onLeave, after)
}

/** The events of a run as an async iterator. Whoever leaves does not stop the run; whoever is slow gets deltas merged. */
export class EventReader implements AsyncIterableIterator<Event>, EventTap {
  /** What the log had when the reader came: not counted against the queue's bound, as the log holds it anyway. */
  #past: readonly Event[]
  #position = 0
  readonly #lastPastSeq: number
  readonly #queue = new EventQueue({ mergesDeltas: true, capacity })
  readonly #onLeave: () => void
  readonly #waiting: ((result: IteratorResult<Event>) => void)[] = []
  #isEnded = false

  /** @internal Use {@link createEventReader}. */
  constructor(past: readonly Event[], onLeave: () => void, after: number = past.at(-1)?.seq ?? 0) {
    this.#past = past
    this.#lastPastSeq = after
    this.#onLeave = onLeave
  }

  push(event: Event): void {
    // A reader that comes while an event is on its way has that event from the log already.
    if (this.#isEnded || event.seq <= this.#lastPastSeq) return
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
    const event = this.#shift()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  return(): Promise<IteratorResult<Event>> {
    this.#onLeave()
    this.#past = []
    this.#queue.clear()
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #shift(): Event | undefined {
    if (this.#past.length === 0) return this.#queue.shift()
    const event = this.#past[this.#position++]
    if (this.#position >= this.#past.length) this.#past = []
    return event
  }
}
