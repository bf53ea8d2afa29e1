import { nextTick } from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Durability } from './connection.ts'
import type { Place } from './store-failure.ts'

/** A write that waits for its turn. */
export interface QueuedWrite {
  readonly durability: Durability
  /** Writes, and gives back what tells its caller so, once all is there. May be called again where all was taken back. */
  readonly work: () => () => void
  readonly refuse: (reason: unknown) => void
  readonly place: (() => Place) | undefined
  /** When it was asked for, as `performance.now()` says. */
  readonly since: number
}

/** So many at most are written as one, so that none waits long for those with it. */
const maxTogether = 64

/** So often is written, where callers go on at once and write again, before timers and sockets get their turn. */
const maxInARow = 8

/**
 * Writes, one after the other. Those that come before the event loop goes on to its next callback are written together, and so are those that come while another process keeps
 * them waiting: many sessions wait for the disk once, and not once each. None waits for more to come: the next callback may be the last one of this process.
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
    void this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    await promisesSettled()
    for (let count = 1; this.#waiting.length > 0; count++) {
      await this.#write(this.#waiting.splice(0, maxTogether))
      await (count % maxInARow === 0 ? nextTurn() : promisesSettled())
    }
    this.#isBusy = false
  }
}

/** When all who go on at once have done so, and the event loop has not gone on yet. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve))
}
