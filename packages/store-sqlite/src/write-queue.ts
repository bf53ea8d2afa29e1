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

/** So often is written in one turn of the event loop; those that come then wait for the next one, and timers and sockets come first. */
const maxInTurn = 4

/**
 * Writes, one after the other. The first ones of a turn of the event loop do not wait for more to come, as its next callback may be the last one of this process. Those that
 * come before that are written together, and so are those behind the first ones, and those that another process keeps waiting: many sessions wait for the disk once, and not
 * once each.
 */
export class WriteQueue {
  readonly #write: (writes: readonly QueuedWrite[]) => Promise<void>
  readonly #waiting: QueuedWrite[] = []
  #isBusy = false
  #inTurn = 0

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
    for (;;) {
      await promisesSettled()
      if (this.#waiting.length === 0) break
      if (this.#inTurn >= maxInTurn) await nextTurn()
      if (this.#inTurn++ === 0) void this.#countAnew()
      await this.#write(this.#waiting.splice(0, maxTogether))
    }
    this.#isBusy = false
  }

  async #countAnew(): Promise<void> {
    await nextTurn()
    this.#inTurn = 0
  }
}

/** When all who go on at once have done so, and the event loop has not gone on yet. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve))
}
