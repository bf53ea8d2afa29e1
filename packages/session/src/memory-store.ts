import { type Clock, systemClock } from '@geppetto/context'
import { compareCursors, type EventCursor } from '@geppetto/events'
import { defined, frozenJson, isJsonObject, type JsonValue, toErrorData } from '@geppetto/turns'
import { SessionBusyError, SessionConflictError, SessionError } from './contract/session-error.ts'
import type {
  Commit,
  EventBatch,
  Head,
  Inbox,
  Lease,
  LeaseRequest,
  SessionMetadata,
  SessionStore,
  SessionSummary,
  StoredBlob,
  StoredEvent,
  StoredNote,
  StoredRecord,
} from './contract/store.ts'
import { sessionKeeper } from './session-storage.ts'

/** A lease as the store judges it: what a holder does to its own copy must not lengthen it. */
interface Holding extends Lease {
  readonly runId: string
  readonly cancelReason?: string
}

/** One session as the memory store keeps it. */
interface Entry {
  readonly sessionId: string
  readonly records: StoredRecord[]
  events: StoredEvent[]
  /** How many of the events are deltas: the newest ones, as those of finished segments are thrown away. */
  deltas: number
  readonly blobs: Map<string, Uint8Array>
  notes: readonly StoredNote[]
  lastNote: number
  holding: Holding | undefined
  lastToken: number
  createdAt: number
  updatedAt: number
}

/** A store in this process's memory: shared by all sessions that are given it, gone with the process. */
export function createMemoryStore(options: { readonly clock?: Clock } = {}): SessionStore {
  const clock = options.clock ?? systemClock
  const entries = new Map<string, Entry>()

  const entryOf = (sessionId: string): Entry => {
    const known = entries.get(sessionId)
    if (known !== undefined) return known
    const entry: Entry = {
      sessionId,
      records: [],
      events: [],
      deltas: 0,
      blobs: new Map(),
      notes: [],
      lastNote: 0,
      holding: undefined,
      lastToken: 0,
      createdAt: 0,
      updatedAt: 0,
    }
    entries.set(sessionId, entry)
    return entry
  }

  const holdingOf = (entry: Entry | undefined): Holding | undefined =>
    entry?.holding !== undefined && entry.holding.expiresAt > clock.now() ? entry.holding : undefined

  /** The entry, and the lease as the store knows it, when it is still its owner's. */
  const owned = (lease: Lease): { readonly entry: Entry; readonly holding: Holding } => {
    const entry = entryOf(lease.sessionId)
    const { holding } = entry
    if (holding?.token !== lease.token) throw new SessionConflictError(lease.sessionId, 'the lease was lost')
    if (holding.expiresAt <= clock.now()) throw new SessionConflictError(lease.sessionId, 'the lease has expired')
    return { entry, holding }
  }

  const summaryOf = (entry: Entry): SessionSummary => {
    const { sessionId, records, createdAt, updatedAt } = entry
    let metadata: SessionMetadata = {}
    for (const record of records)
      if (record.type === 'session' && isJsonObject(record.metadata)) metadata = record.metadata
    const holding = holdingOf(entry)
    const summary = { sessionId, head: records.length, metadata, createdAt, updatedAt }
    if (holding === undefined) return summary
    const { runId, holder, expiresAt } = holding
    return { ...summary, active: { runId, holder, expiresAt } }
  }

  return {
    capabilities: { exclusive: true },
    keeper: sessionKeeper,

    async acquire(sessionId: string, request: LeaseRequest): Promise<Lease> {
      const entry = entryOf(sessionId)
      const holding = holdingOf(entry)
      if (holding !== undefined) throw new SessionBusyError(sessionId, holding)
      const { holder, runId, ttlMs, minToken = 0 } = request
      entry.lastToken = Math.max(entry.lastToken + 1, minToken)
      const granted = { sessionId, token: entry.lastToken, holder, expiresAt: clock.now() + ttlMs }
      entry.holding = { ...granted, runId }
      return granted
    },

    async renew(lease: Lease, ttlMs: number, runId?: string): Promise<Lease> {
      const { entry, holding } = owned(lease)
      const renewed = { ...lease, expiresAt: clock.now() + ttlMs }
      const { token, holder, expiresAt, sessionId } = { ...holding, expiresAt: renewed.expiresAt }
      entry.holding = runId === undefined ? { ...holding, expiresAt } : { sessionId, token, holder, expiresAt, runId }
      return renewed
    },

    async release(lease: Lease): Promise<void> {
      const entry = entryOf(lease.sessionId)
      if (entry.holding?.token === lease.token) entry.holding = undefined
    },

    async commit(lease: Lease, expectedHead: Head, commit: Commit): Promise<Head> {
      const { entry } = owned(lease)
      const head = entry.records.length
      if (head !== expectedHead)
        throw new SessionConflictError(lease.sessionId, `it has ${head} records where ${expectedHead} were expected`)
      // Kept only when all of it can be.
      const records = commit.records.map((record) => kept(record, 'record'))
      const change = eventChange(commit.events)
      const blobs = (commit.blobs ?? []).map(copyOfBlob)
      for (const record of records) entry.records.push(record)
      change?.(entry)
      for (const { hash, bytes } of blobs) entry.blobs.set(hash, bytes)
      const { takesNotes = 0 } = commit
      entry.notes = entry.notes.filter(({ number }) => number > takesNotes)
      entry.updatedAt = clock.now()
      if (head === 0) entry.createdAt = entry.updatedAt
      if (commit.release === true) entry.holding = undefined
      return entry.records.length
    },

    async appendEvents(lease: Lease, batch: EventBatch): Promise<void> {
      const { entry } = owned(lease)
      eventChange(batch)?.(entry)
    },

    async *read(sessionId: string, from: Head = 0): AsyncIterable<StoredRecord> {
      yield* entries.get(sessionId)?.records.slice(from) ?? []
    },

    async *readEvents(sessionId: string, after?: EventCursor): AsyncIterable<StoredEvent> {
      const events = entries.get(sessionId)?.events ?? []
      yield* after === undefined ? [...events] : events.filter((event) => compareCursors(event, after) > 0)
    },

    async readBlob(hash: string): Promise<Uint8Array | undefined> {
      for (const { blobs } of entries.values()) {
        const bytes = blobs.get(hash)
        if (bytes !== undefined) return bytes.slice()
      }
      return undefined
    },

    async requestCancel(sessionId: string, runId: string, reason: string): Promise<boolean> {
      const entry = entries.get(sessionId)
      const holding = holdingOf(entry)
      if (entry === undefined || holding?.runId !== runId) return false
      entry.holding = { ...holding, cancelReason: holding.cancelReason ?? reason }
      return true
    },

    async readInbox(lease: Lease): Promise<Inbox> {
      const { holding, notes = [] } = entries.get(lease.sessionId) ?? {}
      return { notes, ...defined({ cancelReason: holding?.token === lease.token ? holding.cancelReason : undefined }) }
    },

    async leaveNote(sessionId: string, note: StoredRecord): Promise<boolean> {
      const entry = entries.get(sessionId)
      if (entry === undefined || entry.records.length === 0) return false
      entry.notes = [...entry.notes, { number: entry.lastNote + 1, note: kept(note, 'note') }]
      entry.lastNote++
      return true
    },

    async notes(sessionId: string): Promise<readonly StoredNote[]> {
      return entries.get(sessionId)?.notes ?? []
    },

    async find(sessionId: string): Promise<SessionSummary | undefined> {
      const entry = entries.get(sessionId)
      return entry === undefined || entry.records.length === 0 ? undefined : summaryOf(entry)
    },

    async *list(): AsyncIterable<SessionSummary> {
      const written = [...entries.values()].filter(({ records }) => records.length > 0)
      for (const entry of written.sort((one, other) => other.updatedAt - one.updatedAt)) yield summaryOf(entry)
    },

    async delete(sessionId: string): Promise<void> {
      const entry = entries.get(sessionId)
      const holding = holdingOf(entry)
      if (holding !== undefined) throw new SessionBusyError(sessionId, holding)
      if (entry === undefined) return
      // The numbers stay: an old lease must not become good again, nor a new note be taken for an old one.
      const { lastToken, lastNote } = entry
      entries.delete(sessionId)
      Object.assign(entryOf(sessionId), { lastToken, lastNote })
    },

    async pruneEvents(sessionId: string, upTo: EventCursor, marker: StoredEvent): Promise<void> {
      const entry = entries.get(sessionId)
      if (entry === undefined || !entry.events.some((event) => compareCursors(event, upTo) <= 0)) return
      const later = entry.events.filter((event) => compareCursors(event, upTo) > 0)
      entry.events = [keptEvent(marker), ...later]
      entry.deltas = later.filter(({ deltaOf }) => deltaOf !== undefined).length
    },
  }
}

/** What a batch does to the events of a session, once it is known that all of it can be kept. */
function eventChange(batch: EventBatch | undefined): ((entry: Entry) => void) | undefined {
  if (batch === undefined) return undefined
  const events = batch.events.map(keptEvent)
  const finished = new Set(batch.finished)
  return (entry) => {
    for (const event of events) addEvent(entry, event)
    if (finished.size > 0) dropDeltas(entry, finished)
  }
}

/** Nearly always behind all others; but what was written again has its place before what came after it. */
function addEvent(entry: Entry, event: StoredEvent): void {
  const { events } = entry
  const before = events.findLastIndex((other) => compareCursors(other, event) <= 0)
  const known = events[before]
  if (known !== undefined && compareCursors(known, event) === 0) return
  events.splice(before + 1, 0, event)
  if (event.deltaOf !== undefined) entry.deltas++
}

/** Looks back no further than the oldest delta: what it costs does not grow with the session. */
function dropDeltas(entry: Entry, finished: ReadonlySet<string>): void {
  const { events } = entry
  let start = events.length
  for (let left = entry.deltas; left > 0; ) if (events[--start]?.deltaOf !== undefined) left--
  for (const event of events.splice(start)) {
    if (event.deltaOf === undefined || !finished.has(event.deltaOf)) events.push(event)
    else entry.deltas--
  }
}

function keptEvent({ event, ...facts }: StoredEvent): StoredEvent {
  return Object.freeze({ ...facts, event: kept(event, 'event') })
}

function copyOfBlob({ hash, bytes }: StoredBlob): StoredBlob {
  return { hash, bytes: bytes.slice() }
}

/** A copy that nobody changes. @throws SessionError `store_failed` when it is not JSON */
function kept<T extends JsonValue>(value: T, what: string): T {
  try {
    return frozenJson(value, what)
  } catch (cause) {
    throw new SessionError('store_failed', `the ${what} cannot be kept: ${toErrorData(cause).message}`, { cause })
  }
}
