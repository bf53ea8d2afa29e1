import type { Lease, LeaseRequest } from '@geppetto/session'
import type { Connection } from './connection.ts'
import { type ProcessTable, readIdentity } from './process-identity.ts'
import { numberField, objectField, type Row, textField, wordField } from './row.ts'

/** The lease of a session as the store judges it. */
export interface Holding {
  readonly token: number
  readonly holder: string
  readonly runId: string
  readonly expiresAt: number
  readonly cancelReason?: string
}

/** A holding that is on file, whether or not it still counts. */
interface KeptHolding extends Holding {
  readonly ttlMs: number
  readonly owner: string | undefined
}

export const holdingSql = {
  select: `SELECT token, holder, run_id, ttl_ms, expires_at, owner, cancel_reason FROM holding WHERE session = ?`,
  nextToken: `UPDATE store SET last_token = max(last_token + 1, ?) RETURNING last_token`,
  insert: `INSERT OR REPLACE INTO holding (session, token, holder, run_id, ttl_ms, expires_at, owner) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  renew: `UPDATE holding SET ttl_ms = ?, expires_at = ? WHERE session = ?`,
  renewFor: `UPDATE holding SET ttl_ms = ?, expires_at = ?, run_id = ?, cancel_reason = NULL WHERE session = ?`,
  release: `DELETE FROM holding WHERE session = ? AND token = ?`,
  requestCancel: `UPDATE holding SET cancel_reason = ? WHERE session = ? AND cancel_reason IS NULL`,
} as const

/** Who holds which session. All of it is called within a transaction, or a read. */
export class Holdings {
  readonly #connection: Connection
  readonly #processes: ProcessTable

  constructor(connection: Connection, processes: ProcessTable) {
    this.#connection = connection
    this.#processes = processes
  }

  /** The lease that counts now: neither run out nor of a process that has ended. */
  current(session: number, now: number): Holding | undefined {
    const kept = this.#read(session)
    if (kept === undefined || kept.expiresAt <= now || this.#isOfTheDead(kept)) return undefined
    return { ...kept, expiresAt: latestEnd(kept, now) }
  }

  /**
   * The same. Where the clock was set back since the lease was given, it seems to hold for longer than it was given for: from now on it
   * holds for no more than that.
   */
  settle(session: number, now: number): Holding | undefined {
    const holding = this.current(session, now)
    const kept = holding === undefined ? undefined : this.#read(session)
    if (kept !== undefined && latestEnd(kept, now) < kept.expiresAt)
      this.#connection.run(holdingSql.renew, kept.ttlMs, latestEnd(kept, now), session)
    return holding
  }

  /** The lease as it stands on file, for its owner: why it is not, else. */
  owned(session: number | undefined, token: number, now: number): Holding | string {
    const kept = session === undefined ? undefined : this.#read(session)
    if (kept?.token !== token) return 'the lease was lost'
    return kept.expiresAt <= now ? 'the lease has expired' : kept
  }

  grant(session: number, sessionId: string, { holder, runId, ttlMs, minToken = 0 }: LeaseRequest, now: number): Lease {
    const token = numberField(this.#connection.row(holdingSql.nextToken, minToken), 'last_token')
    const { self } = this.#processes
    const owner = self === undefined ? null : JSON.stringify(self)
    const expiresAt = now + ttlMs
    const names = [JSON.stringify(holder), JSON.stringify(runId)]
    this.#connection.run(holdingSql.insert, session, token, ...names, ttlMs, expiresAt, owner)
    return { sessionId, token, holder, expiresAt }
  }

  renew(session: number, ttlMs: number, now: number, runId?: string): number {
    const expiresAt = now + ttlMs
    if (runId === undefined) this.#connection.run(holdingSql.renew, ttlMs, expiresAt, session)
    else this.#connection.run(holdingSql.renewFor, ttlMs, expiresAt, JSON.stringify(runId), session)
    return expiresAt
  }

  release(session: number, token: number): void {
    this.#connection.run(holdingSql.release, session, token)
  }

  /** The first reason stays. */
  requestCancel(session: number, reason: string): void {
    this.#connection.run(holdingSql.requestCancel, JSON.stringify(reason), session)
  }

  #read(session: number): KeptHolding | undefined {
    const row = this.#connection.row(holdingSql.select, session)
    return row === undefined ? undefined : keptHolding(row)
  }

  #isOfTheDead({ owner }: KeptHolding): boolean {
    if (owner === undefined) return false
    const identity = readIdentity(objectField({ owner }, 'owner'))
    return identity !== undefined && this.#processes.hasEnded(identity)
  }
}

function latestEnd({ expiresAt, ttlMs }: KeptHolding, now: number): number {
  return Math.min(expiresAt, now + ttlMs)
}

function keptHolding(row: Row): KeptHolding {
  return {
    token: numberField(row, 'token'),
    holder: wordField(row, 'holder'),
    runId: wordField(row, 'run_id'),
    ttlMs: numberField(row, 'ttl_ms'),
    expiresAt: numberField(row, 'expires_at'),
    owner: row.owner === null ? undefined : textField(row, 'owner'),
    ...(row.cancel_reason !== null && { cancelReason: wordField(row, 'cancel_reason') }),
  }
}
