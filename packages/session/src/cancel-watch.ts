import type { CancelTimer, Clock } from '@geppetto/context'
import type { Lease, SessionStore } from './store.ts'

/** How often the store is asked whether somebody wants the run to stop, in milliseconds. */
const lookMs = 250

/** Hears of requests from other processes to stop a run, for as long as it goes on. */
export class CancelWatch {
  readonly #store: SessionStore
  readonly #lease: () => Lease
  readonly #clock: Clock
  readonly #onCancel: (reason: string) => void
  #stopTimer: CancelTimer = () => {}
  #isOver = false

  constructor(store: SessionStore, lease: () => Lease, clock: Clock, onCancel: (reason: string) => void) {
    this.#store = store
    this.#lease = lease
    this.#clock = clock
    this.#onCancel = onCancel
    this.#schedule()
  }

  stop(): void {
    this.#isOver = true
    this.#stopTimer()
  }

  #schedule(): void {
    if (!this.#isOver) this.#stopTimer = this.#clock.schedule(() => void this.#look(), lookMs)
  }

  async #look(): Promise<void> {
    try {
      const reason = await this.#store.cancelRequest(this.#lease())
      if (this.#isOver || reason === undefined) return this.#schedule()
      this.stop()
      this.#onCancel(reason)
    } catch {
      // It is asked again; a store that is gone for good is met by the run's own writes.
      this.#schedule()
    }
  }
}
