import type { CancelTimer, Clock } from '@geppetto/context'
import type { Inbox, Lease, SessionStore, StoredNote } from '../contract/store.ts'

/** How often the store is asked what others want, in milliseconds. */
const lookMs = 250

/** How long an answer is waited for before the store is asked again, in milliseconds. */
const patienceMs = 2_000

/** What other processes want of a run. */
export interface CancelWatchListener {
  readonly onCancel: (reason: string) => void
  /** What they have left for whoever runs the session. */
  readonly onNotes: (notes: readonly StoredNote[]) => void
}

/** Hears of requests from other processes to stop a run, and of their notes, for as long as it goes on. */
export class CancelWatch {
  readonly #store: SessionStore
  readonly #lease: () => Lease
  readonly #clock: Clock
  readonly #listener: CancelWatchListener
  #stopTimer: CancelTimer = () => {}
  #looks = 0
  #isOver = false

  constructor(store: SessionStore, lease: () => Lease, clock: Clock, listener: CancelWatchListener) {
    this.#store = store
    this.#lease = lease
    this.#clock = clock
    this.#listener = listener
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
    let inbox: Inbox = { notes: [] }
    try {
      inbox = await this.#store.readInbox(this.#lease())
    } catch {
      // It is asked again; a store that is gone for good is met by the run's own writes.
    }
    if (this.#isOver || look !== this.#looks) return
    this.#stopTimer()
    const { notes, cancelReason } = inbox
    if (notes.length > 0) this.#listener.onNotes(notes)
    if (cancelReason === undefined) return this.#schedule()
    this.stop()
    this.#listener.onCancel(cancelReason)
  }
}
