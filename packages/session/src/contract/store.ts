import type { EventCursor } from '@geppetto/events'
import type { JsonObject } from '@geppetto/turns'
import type { SessionKeeper } from './session-keeper.ts'

/** The right to write to a session, for a time. */
export interface Lease {
  readonly sessionId: string
  /** Grows with each owner: a write with an older one is refused. It is the `epoch` of the events that are written under it. */
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
  /** The lease's token is at least this. Default: whatever comes next. */
  readonly minToken?: number
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

/** An event as a store keeps it. A store orders events by their cursors, and does not look into them. */
export interface StoredEvent extends EventCursor {
  /** Of a delta: the segment that it belongs to. */
  readonly deltaOf?: string
  readonly event: JsonObject
  /** What is wrong with one that cannot be read any more, with its place; `event` says nothing then. Only a store says so, of what it gives. */
  readonly damage?: string
}

/** Events that are written together, in order. One whose cursor the session has already is passed over: it may be written again where nobody knows whether it was. */
export interface EventBatch {
  readonly events: readonly StoredEvent[]
  /** Segments that are finished: their deltas are thrown away, as the event that finished each has all of it. */
  readonly finished?: readonly string[]
}

/** Bytes that records and events refer to by their hash: kept once, however many refer to them. */
export interface StoredBlob {
  /** `sha256-` and the hash in lower-case hexadecimal digits. */
  readonly hash: string
  readonly bytes: Uint8Array
}

/** What somebody who does not hold a session has left for whoever runs it. */
export interface StoredNote {
  /** Higher than that of the notes before it, also of those that were taken. */
  readonly number: number
  readonly note: StoredRecord
  /** What is wrong with one that cannot be read any more, with its place; `note` says nothing then. Such a one stays where it is: no commit takes it. */
  readonly damage?: string
}

/** What others want of whoever runs a session. */
export interface Inbox {
  /** Why the run that the lease is for is to be cancelled: absent where nobody has asked, or the lease is not the newest. */
  readonly cancelReason?: string
  /** See {@link SessionStore.notes}. */
  readonly notes: readonly StoredNote[]
}

/** What one commit writes, as one: all of it, or nothing. */
export interface Commit {
  readonly records: readonly StoredRecord[]
  readonly events?: EventBatch
  /** What records and events of this commit refer to: kept as long as the session is. */
  readonly blobs?: readonly StoredBlob[]
  /** The number of the last note that it takes in: it and those before it are thrown away. */
  readonly takesNotes?: number
  /** Gives the lease back in the same step: whoever sees what was written may take it. Default false. */
  readonly release?: boolean
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
  /** When it was first and last committed to: milliseconds since the epoch, by the store's clock. */
  readonly createdAt: number
  readonly updatedAt: number
  /** The run that holds it now. */
  readonly active?: { readonly runId: string; readonly holder: string; readonly expiresAt: number }
}

/** What a store can do. */
export interface StoreCapabilities {
  /**
   * Whether it keeps a second writer out, wherever that one runs. A session is kept in a store that cannot only by who says, with `soleWriter`, that there is no
   * second one.
   */
  readonly exclusive: boolean
}

/**
 * Keeps sessions, and sees to it that one at a time writes. Every method may reject with a `SessionError`; a store's own failure is `store_failed`.
 */
export interface SessionStore {
  readonly capabilities: StoreCapabilities
  /** `sessionKeeper`, in every store. */
  readonly keeper: SessionKeeper
  /** @throws SessionBusyError when somebody else holds the lease. */
  acquire(sessionId: string, request: LeaseRequest): Promise<Lease>
  /**
   * `runId`: the run that the lease is for from now on, as whoever asks is told; what was asked of the one before it is over. Default: the same.
   * @throws SessionConflictError when the lease has been lost.
   */
  renew(lease: Lease, ttlMs: number, runId?: string): Promise<Lease>
  release(lease: Lease): Promise<void>
  /** Appends all records or none. @throws SessionConflictError when the lease is not the newest, has expired, or the head is another. */
  commit(lease: Lease, expectedHead: Head, commit: Commit): Promise<Head>
  /**
   * Adds events alone: the head stays where it is. Events are kept in the order of their cursors; one whose cursor the session has already is
   * passed over, as a writer that had no answer writes it again. The same holds for those of a commit.
   * @throws SessionConflictError when the lease is not the newest, or has expired.
   */
  appendEvents(lease: Lease, batch: EventBatch): Promise<void>
  /** The records from position `from` (default 0). Nothing for a session that does not exist. */
  read(sessionId: string, from?: Head): AsyncIterable<StoredRecord>
  /**
   * What {@link SessionStore.read} gives from the first record on, as JSON lines, in pages: each record as the text that `JSON.stringify` made of it, a line feed between two. Of a store that
   * keeps texts, and knows of each that it is what was written: of a long session no more is parsed than is asked for. Default: all is read at once.
   */
  readLines?(sessionId: string): AsyncIterable<string>
  /** The events behind `after` (default: all that are kept), in the order of their cursors; damaged ones keep none of the others back. */
  readEvents(sessionId: string, after?: EventCursor): AsyncIterable<StoredEvent>
  /** The bytes of that hash; undefined where no session has them. */
  readBlob(hash: string): Promise<Uint8Array | undefined>
  /** Asks whoever runs it to stop that run. Whether it holds the session, and so will hear of it. */
  requestCancel(sessionId: string, runId: string, reason: string): Promise<boolean>
  /** What others want of the owner: one question, as whoever runs a session asks it several times a second. */
  readInbox(lease: Lease): Promise<Inbox>
  /** Leaves a note for whoever runs the session, which needs no lease: kept until a commit takes it. Whether there is such a session, with records. */
  leaveNote(sessionId: string, note: StoredRecord): Promise<boolean>
  /** The notes that no commit has taken, in the order in which they were left; damaged ones keep none of the others back. */
  notes(sessionId: string): Promise<readonly StoredNote[]>
  /** One session; undefined where it has no records. */
  find(sessionId: string): Promise<SessionSummary | undefined>
  /** All sessions that have records, the one that was written to last first. */
  list(): AsyncIterable<SessionSummary>
  /** Throws a session away, with its events, notes and what only it refers to. Nothing where there is none. @throws SessionBusyError when somebody holds the lease. */
  delete(sessionId: string): Promise<void>
  /** Throws away the events up to and including `upTo`, and puts `marker`, which tells readers that they are gone, in the place of the last of them. */
  pruneEvents(sessionId: string, upTo: EventCursor, marker: StoredEvent): Promise<void>
}
