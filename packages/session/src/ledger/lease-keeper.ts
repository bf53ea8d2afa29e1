import type { CancelTimer, Clock } from '@geppetto/context'
import { isSessionConflictError, SessionConflictError } from '../contract/session-error.ts'
import type { Lease, SessionStore } from '../contract/store.ts'

/** How long a lease holds without being renewed, in milliseconds. */
export const leaseTtlMs = 15_000

/** How often it is looked after; it is renewed at every second look, and at every one when that failed. */
const lookMs = leaseTtlMs / 6

/** So long before it expires, whoever holds it stops: the end of the run must still be written. */
const safetyMs = leaseTtlMs / 3

/** Renews a lease for as long as a run goes on, and says when it is lost. */
export class LeaseKeeper {
  readonly #store: SessionStore
  readonly #clock: Clock
  readonly #onLost: () => void
  #lease: Lease
  /** By the run's own clock, reckoned from before the store was asked: the store's may stand elsewhere. */
  #validUntil: number
  #stopTimer: CancelTimer = () => {}
  /** When the store was last asked, where it has not answered yet. */
  #askedAt: number | undefined
  #asks = 0
  #answered = 0
  #isOver = false

  constructor(store: SessionStore, lease: Lease, clock: Clock, requestedAt: number, onLost: () => void) {
    this.#store = store
    this.#lease = lease
    this.#clock = clock
    this.#validUntil = requestedAt + leaseTtlMs
    this.#onLost = onLost
    this.#schedule()
  }

  /** The lease as it was renewed last. */
  get lease(): Lease {
    return this.#lease
  }

  /** @throws SessionConflictError when it is lost, or must be taken for lost as its time is over. */
  assertHeld(): void {
    if (!this.#isOver && this.#clock.now() < this.#validUntil) return
    this.lose()
    throw new SessionConflictError(this.#lease.sessionId, 'the lease has expired')
  }

  /** Renews no more. */
  stop(): void {
    this.#isOver = true
    this.#stopTimer()
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.schedule(() => this.#look(), lookMs)
  }

  #look(): void {
    try {
      const now = this.#clock.now()
      const leftMs = this.#validUntil - now
      // A clock that was set back says that it holds for longer than it was given for.
      const isDue = leftMs <= leaseTtlMs - 2 * lookMs || leftMs > leaseTtlMs
      if (leftMs <= safetyMs) return this.lose()
      this.#schedule()
      // One that does not answer is asked again.
      const isAsked = this.#askedAt !== undefined && now - this.#askedAt < lookMs && now >= this.#askedAt
      if (isDue && !isAsked) void this.#renew(now)
    } catch {
      // Without a clock nobody can say how long it still holds.
      this.lose()
    }
  }

  async #renew(requestedAt: number): Promise<void> {
    const ask = ++this.#asks
    this.#askedAt = requestedAt
    try {
      const renewed = await this.#store.renew(this.#lease, leaseTtlMs)
      // An answer that comes late is as good, unless a later request has had its own.
      if (this.#isOver || ask < this.#answered) return
      this.#answered = ask
      this.#lease = renewed
      this.#validUntil = requestedAt + leaseTtlMs
    } catch (error) {
      // Anything else may pass: it is tried again while there is time.
      if (isSessionConflictError(error)) this.lose()
    } finally {
      if (ask === this.#asks) this.#askedAt = undefined
    }
  }

  /** Somebody else has it, or nobody may count on it any more. */
  lose(): void {
    if (this.#isOver) return
    this.stop()
    this.#onLost()
  }
}
