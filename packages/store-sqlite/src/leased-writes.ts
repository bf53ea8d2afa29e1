import type { Clock } from '@geppetto/context'
import { type Lease, SessionConflictError, SessionError } from '@geppetto/session'
import type { Connection, Durability } from './connection.ts'
import { HeldLeases } from './held-leases.ts'
import { type Holding, Holdings } from './holdings.ts'
import type { ProcessTable } from './process-identity.ts'
import { findSession, type SessionRow } from './sessions.ts'

/** What a store is made of beside its file. */
export interface StoreParts {
  readonly durability: Durability
  readonly clock: Clock
  readonly processes: ProcessTable
  /** Calls back after a time, if the process is still there. */
  readonly later: (callback: () => void, delayMs: number) => void
}

/** The writes of one store, and the leases that they are made under. */
export class LeasedWrites {
  readonly holdings: Holdings
  readonly leases: HeldLeases
  readonly #connection: Connection
  readonly #clock: Clock

  constructor(connection: Connection, { clock, processes, later }: StoreParts) {
    this.#connection = connection
    this.#clock = clock
    this.holdings = new Holdings(connection, processes)
    this.leases = new HeldLeases({
      write: (leases) => this.write('process', undefined, () => this.#writeOff(leases)),
      hasExpired: ({ expiresAt }) => expiresAt <= clock.now(),
      later,
    })
  }

  /** What was given back before is written off with it. `onWritten` is called once all is there, before anybody can close the store. */
  write<T>(
    durability: Durability,
    sessionId: string | undefined,
    work: () => T,
    onWritten?: (result: T) => void,
  ): Promise<T> {
    let due: readonly Lease[] = []
    return this.#connection.write(
      durability,
      () => {
        due = this.leases.due
        this.#writeOff(due)
        return work()
      },
      {
        place: sessionId === undefined ? undefined : () => ({ sessionId }),
        onWritten: (result) => {
          this.leases.remove(due)
          onWritten?.(result)
        },
      },
    )
  }

  /** Writes as the owner of the session. The time is read when nobody else can write any more. */
  writeAs<T>(
    { sessionId, token }: Lease,
    durability: Durability,
    work: (session: SessionRow, now: number, holding: Holding) => T,
    onWritten?: (result: T) => void,
  ): Promise<T> {
    const workAsOwner = () => {
      const now = this.now()
      const session = findSession(this.#connection, sessionId)
      const holding = this.holdings.owned(session?.number, token, now)
      if (session === undefined || typeof holding === 'string')
        throw new SessionConflictError(sessionId, typeof holding === 'string' ? holding : 'the lease was lost')
      return work(session, now, holding)
    }
    return this.write(durability, sessionId, workAsOwner, onWritten)
  }

  /** Gives a lease back; where that cannot be written, soon. */
  async release(lease: Lease): Promise<void> {
    try {
      const writeOff = () => this.#writeOff([lease])
      await this.write('process', lease.sessionId, writeOff, () => this.leases.remove([lease]))
    } catch (error) {
      this.leases.keepInMind(lease)
      throw error
    }
  }

  /** @throws SessionError `store_failed` when the clock does not tell the time */
  now(): number {
    const now = this.#clock.now()
    if (Number.isFinite(now)) return now
    throw new SessionError('store_failed', `the store’s clock says ${now}: give it one that tells milliseconds`)
  }

  /** Gives back what is held, if it can be written. */
  close(): void {
    const leases = this.leases.all
    this.leases.clear()
    this.#connection.close(leases.length === 0 ? undefined : () => this.#writeOff(leases))
  }

  /** Within a transaction. */
  #writeOff(leases: readonly Lease[]): void {
    for (const { sessionId, token } of leases) {
      const session = findSession(this.#connection, sessionId)
      if (session !== undefined) this.holdings.release(session.number, token)
    }
  }
}
