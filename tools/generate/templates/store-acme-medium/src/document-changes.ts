import { compareCursors, type EventCursor } from '@geppetto/events'
import {
  type Commit,
  type EventBatch,
  type LeaseRequest,
  SessionError,
  type SessionMetadata,
  type SessionSummary,
  type StoredEvent,
  type StoredRecord,
  toBase64,
} from '@geppetto/session'
import { frozenJson, isJsonObject, type JsonValue, toErrorData } from '@geppetto/turns'
import type { Holding, SessionDocument } from './session-document.ts'

// What becomes of a document: each takes one, and makes another.

/** With a lease for who asks. */
export function withLease(
  document: SessionDocument,
  request: LeaseRequest,
  now: number,
): SessionDocument & { readonly holding: Holding } {
  const { holder, runId, ttlMs, minToken = 0 } = request
  const token = Math.max(document.lastToken + 1, minToken)
  const { sessionId } = document
  return { ...document, lastToken: token, holding: { sessionId, token, holder, runId, expiresAt: now + ttlMs } }
}

/** Without the lease. */
export function withoutLease({ holding, ...rest }: SessionDocument): SessionDocument {
  return rest
}

/** With what a commit writes. @throws SessionError `store_failed` when it is no JSON. */
export function withCommit(document: SessionDocument, commit: Commit, now: number): SessionDocument {
  const { records, events = { events: [] }, blobs = [], takesNotes = 0, release = false } = commit
  const changed: SessionDocument = {
    ...withEvents(document, events),
    records: [...document.records, ...records.map((record) => kept(record, 'record'))],
    blobs: { ...document.blobs, ...Object.fromEntries(blobs.map(({ hash, bytes }) => [hash, toBase64(bytes)])) },
    notes: document.notes.filter(({ number }) => number > takesNotes),
    createdAt: document.records.length === 0 ? now : document.createdAt,
    updatedAt: now,
  }
  return release ? withoutLease(changed) : changed
}

/** With the events in their places, and without the deltas of what is finished. @throws SessionError `store_failed` when one is no JSON. */
export function withEvents(document: SessionDocument, { events, finished = [] }: EventBatch): SessionDocument {
  const over = new Set(finished)
  const places = new Set(document.events.map(placeOf))
  const added = events.filter((event) => !places.has(placeOf(event))).map(keptEvent)
  const all = [...document.events, ...added].sort(compareCursors)
  return { ...document, events: all.filter(({ deltaOf }) => deltaOf === undefined || !over.has(deltaOf)) }
}

/** Without the events up to `upTo`, and with the marker where there were any. */
export function withoutEvents(document: SessionDocument, upTo: EventCursor, marker: StoredEvent): SessionDocument {
  const later = document.events.filter((event) => compareCursors(event, upTo) > 0)
  return later.length === document.events.length ? document : { ...document, events: [keptEvent(marker), ...later] }
}

/** With a note more. @throws SessionError `store_failed` when it is no JSON. */
export function withNote(document: SessionDocument, note: StoredRecord): SessionDocument {
  const number = document.lastNote + 1
  return { ...document, lastNote: number, notes: [...document.notes, { number, note: kept(note, 'note') }] }
}

/** What a list shows of it. */
export function summaryOf(document: SessionDocument, now: number): SessionSummary {
  const { sessionId, records, createdAt, updatedAt, holding } = document
  const newest = records.findLast(({ type, metadata }) => type === 'session' && isJsonObject(metadata))
  const metadata: SessionMetadata = isJsonObject(newest?.metadata) ? newest.metadata : {}
  const summary = { sessionId, head: records.length, metadata, createdAt, updatedAt }
  if (holding === undefined || holding.expiresAt <= now) return summary
  const { runId, holder, expiresAt } = holding
  return { ...summary, active: { runId, holder, expiresAt } }
}

function placeOf({ epoch, seq }: EventCursor): string {
  return `${epoch}/${seq}`
}

function keptEvent({ event, ...facts }: StoredEvent): StoredEvent {
  return { ...facts, event: kept(event, 'event') }
}

function kept<T extends JsonValue>(value: T, what: string): T {
  try {
    return frozenJson(value, what)
  } catch (cause) {
    throw new SessionError('store_failed', `the ${what} cannot be kept: ${toErrorData(cause).message}`, { cause })
  }
}
