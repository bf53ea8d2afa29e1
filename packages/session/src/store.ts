import type { JsonObject } from '@geppetto/turns'

/** The right to write to a session, for a time. */
export interface Lease {
  readonly sessionId: string
  /** Grows with each owner: a write with an older one is refused. */
  readonly token: number
  /** Who holds it, for people. */
  readonly holder: string
  /** Milliseconds since the epoch, by the store's clock. */
  readonly expiresAt: number
}

/** Who asks for a lease. */
export interface LeaseRequest {
  /** How long it holds without {@link SessionStore.renew}, in milliseconds. */
  readonly ttlMs: number
  /** For people: host and process, say. */
  readonly holder: string
  /** The run it is for: told to others who ask. */
  readonly runId: string
}

/** How many records a session has: where the next one goes. */
export type Head = number

/**
 * One entry of a session's log, as plain JSON data. A store keeps it value-exact, and looks into it for no more than the newest
 * `metadata` of the type `session`, for its list.
 */
export interface StoredRecord extends JsonObject {
  /** The version of the format. */
  readonly v: number
  readonly type: string
}

/** What is known about a session as a whole. */
export interface SessionMetadata extends JsonObject {
  readonly title?: string
  readonly ownerId?: string
  /** The session and turn that this one was forked from. */
  readonly forkedFrom?: { readonly sessionId: string; readonly turnId: string }
}

/** A session as a list shows it. */
export interface SessionSummary {
  readonly sessionId: string
  readonly head: Head
  readonly metadata: SessionMetadata
}

/**
 * Keeps sessions, and sees to it that one at a time writes. Every method may reject with a `SessionError`; a store's own failure is `store_failed`.
 */
export interface SessionStore {
  /** @throws SessionBusyError when somebody else holds the lease. */
  acquire(sessionId: string, request: LeaseRequest): Promise<Lease>
  /** @throws SessionConflictError when the lease has been lost. */
  renew(lease: Lease, ttlMs: number): Promise<Lease>
  release(lease: Lease): Promise<void>
  /** Appends all records or none. @throws SessionConflictError when the lease is not the newest, has expired, or the head is another. */
  commit(lease: Lease, expectedHead: Head, records: readonly StoredRecord[]): Promise<Head>
  /** The records from position `from` (default 0). Nothing for a session that does not exist. */
  read(sessionId: string, from?: Head): AsyncIterable<StoredRecord>
  list(): AsyncIterable<SessionSummary>
}
