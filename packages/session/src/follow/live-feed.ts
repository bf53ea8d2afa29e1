import {
  createEventReader,
  type Event,
  type EventCursor,
  type EventReader,
  type EventSequence,
  type EventTap,
} from '@geppetto/events'
import type { Journal } from '../ledger/journal.ts'

/** The active run, from a moment on: what it said before that is in the store, once its journal is written. */
export interface LiveEvents {
  readonly reader: EventReader
  readonly journal: Journal
  /** The last event before that moment. */
  readonly start: EventCursor
}

/** The events of the runs of one session object, as they happen: for those who follow the session. */
export class LiveFeed implements EventTap {
  readonly #sequence: EventSequence
  readonly #readers = new Set<EventReader>()
  readonly #waiting = new Set<() => void>()
  #journal: Journal | undefined

  constructor(sequence: EventSequence) {
    this.#sequence = sequence
  }

  /** A run begins that writes to `journal`: what it says is to be pushed, until it ends. */
  begin(journal: Journal): void {
    this.#journal = journal
    for (const wake of this.#waiting) wake()
  }

  push(event: Event): void {
    if (this.#readers.size > 0) for (const reader of this.#readers) reader.push(event)
  }

  end(): void {
    this.#journal = undefined
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
  }

  /** Follows the run that is active; undefined where there is none. */
  follow(): LiveEvents | undefined {
    const journal = this.#journal
    if (journal === undefined) return undefined
    const { last: seq, epoch = 0 } = this.#sequence
    const reader = createEventReader([], () => this.#readers.delete(reader), seq)
    this.#readers.add(reader)
    return { reader, journal, start: { epoch, seq } }
  }

  /** Calls `wake` when a run begins, until what it returns is called. */
  onBegin(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => void this.#waiting.delete(wake)
  }
}
