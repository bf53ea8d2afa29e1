import type { Lease } from '@geppetto/session'

/** So long is waited before a lease that could not be given back is given back again, in milliseconds of real time. */
const againMs = 500

/** What {@link HeldLeases} works with. */
export interface LeaseReturns {
  /** Writes them off in the file. @throws SessionError where it cannot be written to */
  readonly write: (leases: readonly Lease[]) => Promise<void>
  readonly hasExpired: (lease: Lease) => boolean
  /** Calls back after a time, if the process is still there. */
  readonly later: (callback: () => void, delayMs: number) => void
}

/**
 * The leases that one store has given out. One that is given back while the file cannot be written to, as on a full disk, is kept in mind, and written off with whatever is
 * written next, or soon: nobody shall wait until it has run out.
 */
export class HeldLeases {
  readonly #returns: LeaseReturns
  readonly #held = new Map<number, Lease>()
  readonly #due = new Map<number, Lease>()
  #isWaiting = false

  constructor(returns: LeaseReturns) {
    this.#returns = returns
  }

  /** Those that were given back, and still stand in the file. */
  get due(): readonly Lease[] {
    return [...this.#due.values()]
  }

  /** Those that stand in the file for this store. */
  get all(): readonly Lease[] {
    return [...this.#held.values(), ...this.due]
  }

  add(lease: Lease): void {
    this.#held.set(lease.token, lease)
  }

  /** They are written off. */
  remove(leases: readonly Pick<Lease, 'token'>[]): void {
    for (const { token } of leases) {
      this.#held.delete(token)
      this.#due.delete(token)
    }
  }

  /** Nobody holds it any more, though it could not be written off. */
  keepInMind(lease: Lease): void {
    this.#held.delete(lease.token)
    this.#due.set(lease.token, lease)
    this.#tryLater()
  }

  /** The store is closed: nothing is written any more. */
  clear(): void {
    this.#held.clear()
    this.#due.clear()
  }

  #tryLater(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#returns.later(() => {
      this.#isWaiting = false
      void this.#tryAgain()
    }, againMs)
  }

  async #tryAgain(): Promise<void> {
    const { due } = this
    const expired = due.filter((lease) => this.#returns.hasExpired(lease))
    this.remove(expired)
    if (expired.length === due.length) return
    try {
      await this.#returns.write(due)
    } catch {
      // Whoever gave them back has been told. They run out some time.
      this.#tryLater()
    }
  }
}
