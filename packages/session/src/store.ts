import type { ErrorData, JsonObject, StopReason, Usage } from '@geppetto/turns'
import type { TurnDelta } from './history.ts'
import type { RunResult } from './run-result.ts'

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

/** One entry of a session's log. */
export type SessionRecord =
  | { readonly type: 'session'; readonly metadata: SessionMetadata }
  /** A turn that is new (its `index` is the number of turns so far), or a further state of the one at `index`. */
  | { readonly type: 'turn'; readonly index: number; readonly turn: TurnDelta }
  | { readonly type: 'run-started'; readonly runId: string; readonly turnId: string; readonly startedAt: number }
  | {
      readonly type: 'run-settled'
      readonly runId: string
      readonly turnId: string
      readonly status: RunResult['status']
      readonly stop: StopReason
      readonly usage?: Usage
      readonly error?: ErrorData
      readonly settledAt: number
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
  commit(lease: Lease, expectedHead: Head, records: readonly SessionRecord[]): Promise<Head>
  /** The records from position `from` (default 0). Nothing for a session that does not exist. */
  read(sessionId: string, from?: Head): AsyncIterable<SessionRecord>
  list(): AsyncIterable<SessionSummary>
}
