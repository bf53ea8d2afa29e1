import type { CancelTimer, Clock } from '@geppetto/context'
import { isSessionConflictError, SessionConflictError } from './session-error.ts'
import type { Lease, SessionStore } from './store.ts'

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
  #isRenewing = false
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
      const leftMs = this.#validUntil - this.#clock.now()
      if (leftMs <= safetyMs) return this.lose()
      this.#schedule()
      if (leftMs <= leaseTtlMs - 2 * lookMs && !this.#isRenewing) void this.#renew()
    } catch {
      // Without a clock nobody can say how long it still holds.
      this.lose()
    }
  }

  async #renew(): Promise<void> {
    this.#isRenewing = true
    try {
      const requestedAt = this.#clock.now()
      const renewed = await this.#store.renew(this.#lease, leaseTtlMs)
      if (this.#isOver) return
      this.#lease = renewed
      this.#validUntil = requestedAt + leaseTtlMs
    } catch (error) {
      // Anything else may pass: it is tried again while there is time.
      if (isSessionConflictError(error)) this.lose()
    } finally {
      this.#isRenewing = false
    }
  }

  /** Somebody else has it, or nobody may count on it any more. */
  lose(): void {
    if (this.#isOver) return
    this.stop()
    this.#onLost()
  }
}
