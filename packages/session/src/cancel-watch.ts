import type { CancelTimer, Clock } from '@geppetto/context'
import type { Lease, SessionStore } from './store.ts'

/** How often the store is asked whether somebody wants the run to stop, in milliseconds. */
const lookMs = 250

/** How long an answer is waited for before the store is asked again, in milliseconds. */
const patienceMs = 2_000

/** Hears of requests from other processes to stop a run, for as long as it goes on. */
export class CancelWatch {
  readonly #store: SessionStore
  readonly #lease: () => Lease
  readonly #clock: Clock
  readonly #onCancel: (reason: string) => void
  #stopTimer: CancelTimer = () => {}
  #looks = 0
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
    const look = ++this.#looks
    // A store that does not answer is asked again.
    this.#stopTimer = this.#clock.schedule(() => void this.#look(), patienceMs)
    let reason: string | undefined
    try {
      reason = await this.#store.cancelRequest(this.#lease())
    } catch {
      // It is asked again; a store that is gone for good is met by the run's own writes.
    }
    if (this.#isOver || look !== this.#looks) return
    this.#stopTimer()
    if (reason === undefined) return this.#schedule()
    this.stop()
    this.#onCancel(reason)
  }
}
