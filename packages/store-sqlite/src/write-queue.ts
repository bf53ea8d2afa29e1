import type { Durability } from './connection.ts'
import type { Place } from './store-failure.ts'

/** A write that waits for its turn. */
export interface QueuedWrite {
  readonly durability: Durability
  /** Writes, and gives back what tells its caller so, once all is there. May be called again where all was taken back. */
  readonly work: () => () => void
  readonly refuse: (reason: unknown) => void
  readonly place: (() => Place) | undefined
}

/** So many at most are written as one, so that none waits long for those with it. */
const maxTogether = 64

/**
 * Writes, one after the other. Those that come in one turn of the event loop are written together: many sessions that stream at once wait for the disk once, and not once each.
 */
export class WriteQueue {
  readonly #write: (writes: readonly QueuedWrite[]) => Promise<void>
  readonly #waiting: QueuedWrite[] = []
  #isBusy = false

  /** `write` tells each of them how it ended, and does not reject. */
  constructor(write: (writes: readonly QueuedWrite[]) => Promise<void>) {
    this.#write = write
  }

  add(write: QueuedWrite): void {
    this.#waiting.push(write)
    if (this.#isBusy) return
    this.#isBusy = true
    setImmediate(() => void this.#writeAll())
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, maxTogether))
    this.#isBusy = false
  }
}
