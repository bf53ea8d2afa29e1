import type { EventCursor } from '@geppetto/events'
import {
  type Commit,
  type EventBatch,
  type Head,
  type Inbox,
  isSessionError,
  type Lease,
  type LeaseRequest,
  SessionBusyError,
  SessionConflictError,
  SessionError,
  type SessionKeeper,
  type SessionStore,
  type SessionSummary,
  type StoreCapabilities,
  type StoredEvent,
  type StoredNote,
  type StoredRecord,
  sessionKeeper,
} from '@geppetto/session'
import { dropBlobs, readBlob, writeBlobs } from './blobs.ts'
import type { Connection, Durability } from './connection.ts'
import { eventChange, pruneEvents, writeEvents } from './event-log.ts'
import type { Holding, Holdings } from './holdings.ts'
import { readInbox } from './inbox.ts'
import { LeasedWrites, type StoreParts } from './leased-writes.ts'
import { readNotes, takeNotes, writeNote } from './notes.ts'
import { toText } from './own-text.ts'
import { readEvents, readRecords } from './read-session.ts'
import { readRecordLines } from './record-lines.ts'
import { Damage, numberField } from './row.ts'
import {
  assertHead,
  decodeRecord,
  findSession,
  makeSession,
  recordChange,
  type SessionRow,
  sessionSql,
  summaryOf,
  writeRecords,
} from './sessions.ts'
import { failed, type Place } from './store-failure.ts'

/** Sessions in one SQLite file, which the processes of a machine share. */
export interface SqliteStore extends SessionStore {
  /** The file, as an absolute path; `:memory:` where there is none. */
  readonly path: string
  readLines(sessionId: string): AsyncIterable<string>
  /** Closes the file, and gives back the leases of this store. Whatever is asked of the store afterwards rejects with `store_failed`. */
  close(): void
  [Symbol.dispose](): void
}

/** The store on an open connection. */
export function createSqliteStore(path: string, connection: Connection, parts: StoreParts): SqliteStore {
  return new Store(path, connection, parts)
}

class Store implements SqliteStore {
  readonly path: string
  readonly capabilities: StoreCapabilities = { exclusive: true }
  readonly keeper: SessionKeeper = sessionKeeper
  readonly #connection: Connection
  readonly #durability: Durability
  readonly #writes: LeasedWrites
  readonly #holdings: Holdings

  constructor(path: string, connection: Connection, parts: StoreParts) {
    this.path = path
    this.#connection = connection
    this.#durability = parts.durability
    this.#writes = new LeasedWrites(connection, parts)
    this.#holdings = this.#writes.holdings
  }

  async acquire(sessionId: string, request: LeaseRequest): Promise<Lease> {
    const { ttlMs, holder, runId, minToken = 0 } = request
    if (!(ttlMs > 0))
      throw new SessionError('invalid_options', 'ttlMs is a number of milliseconds above 0', { field: 'ttlMs' })
    // A refusal is written too, where it shortens what a clock that was set back made too long.
    const grant = () => {
      const now = this.#writes.now()
      const number = findSession(this.#connection, sessionId)?.number ?? makeSession(this.#connection, sessionId)
      const busy = this.#holdings.settle(number, now)
      return busy === undefined
        ? { lease: this.#holdings.grant(number, sessionId, { ttlMs, holder, runId, minToken }, now) }
        : { busy }
    }
    const granted = await this.#writes.write('process', sessionId, grant, ({ lease }) => {
      if (lease !== undefined) this.#writes.leases.add(lease)
    })
    if (granted.lease === undefined) throw new SessionBusyError(sessionId, granted.busy)
    return granted.lease
  }

  async renew(lease: Lease, ttlMs: number, runId?: string): Promise<Lease> {
    const expiresAt = await this.#writes.writeAs(lease, 'process', ({ number }, now) =>
      this.#holdings.renew(number, ttlMs, now, runId),
    )
    return { ...lease, expiresAt }
  }

  release(lease: Lease): Promise<void> {
    return this.#writes.release(lease)
  }

  async commit(lease: Lease, expectedHead: Head, commit: Commit): Promise<Head> {
    const records = recordChange(commit.records)
    const events = commit.events === undefined ? undefined : eventChange(commit.events)
    const blobs = (commit.blobs ?? []).map(({ hash, bytes }) => ({ hash, bytes: bytes.slice() }))
    const { takesNotes } = commit
    const isLast = commit.release === true
    const write = (session: SessionRow, now: number, { token }: Holding) => {
      assertHead(session)
      const { head, number } = session
      if (head !== expectedHead)
        throw new SessionConflictError(lease.sessionId, `it has ${head} records where ${expectedHead} were expected`)
      const behind = writeRecords(this.#connection, session, records, now)
      if (events !== undefined) writeEvents(this.#connection, session, events)
      writeBlobs(this.#connection, number, blobs)
      if (takesNotes !== undefined) takeNotes(this.#connection, session, takesNotes)
      if (isLast) this.#holdings.release(number, token)
      return behind
    }
    return this.#writes.writeAs(lease, this.#durability, write, () => {
      if (isLast) this.#writes.leases.remove([lease])
    })
  }

  async appendEvents(lease: Lease, batch: EventBatch): Promise<void> {
    const events = eventChange(batch)
    await this.#writes.writeAs(lease, 'process', (session) => writeEvents(this.#connection, session, events))
  }

  async *read(sessionId: string, from: Head = 0): AsyncIterable<StoredRecord> {
    const session = await this.#find(sessionId)
    if (session === undefined) return
    let next = from
    for await (const page of readRecords(this.#connection, session, from, decodeRecord))
      for (const { record } of page) {
        yield record
        next++
      }
    await this.#assertWhole(session, next)
  }

  async *readLines(sessionId: string): AsyncIterable<string> {
    const session = await this.#find(sessionId)
    if (session === undefined) return
    let next = 0
    for await (const page of readRecordLines(this.#connection, session)) {
      yield page.lines
      next = page.behind
    }
    await this.#assertWhole(session, next)
  }

  /** Never a part of a session for the whole of it. */
  async #assertWhole(session: SessionRow, read: Head): Promise<void> {
    const { sessionId } = session
    await this.#read({ sessionId }, () => assertHead(session))
    if (read >= session.head) return
    if ((await this.#find(sessionId))?.number === session.number)
      throw failed(this.path, 'damaged', new Damage('it', 'missing'), {
        sessionId,
        part: `record ${read}`,
        record: read,
      })
    throw new SessionError('no_such_session', `session ${sessionId} was deleted while it was read`)
  }

  async *readEvents(sessionId: string, after?: EventCursor): AsyncIterable<StoredEvent> {
    const session = await this.#find(sessionId)
    if (session === undefined) return
    for await (const page of readEvents(this.#connection, session, after)) yield* page
  }

  async readBlob(hash: string): Promise<Uint8Array | undefined> {
    return this.#connection.read(() => readBlob(this.#connection, hash))
  }

  async requestCancel(sessionId: string, runId: string, reason: string): Promise<boolean> {
    return this.#writes.write('process', sessionId, () => {
      const session = findSession(this.#connection, sessionId)
      if (session === undefined) return false
      const holding = this.#holdings.settle(session.number, this.#writes.now())
      if (holding?.runId !== runId) return false
      this.#holdings.requestCancel(session.number, reason)
      return true
    })
  }

  async readInbox(lease: Lease): Promise<Inbox> {
    return this.#read({ sessionId: lease.sessionId }, () => readInbox(this.#connection, lease))
  }

  async leaveNote(sessionId: string, note: StoredRecord): Promise<boolean> {
    const body = toText(note, 'note')
    return this.#writes.write(this.#durability, sessionId, () => {
      const session = findSession(this.#connection, sessionId)
      if (session === undefined || session.head === 0) return false
      writeNote(this.#connection, session, body)
      return true
    })
  }

  async notes(sessionId: string): Promise<readonly StoredNote[]> {
    return this.#read({ sessionId, part: 'a note' }, () => {
      const session = findSession(this.#connection, sessionId)
      return session === undefined ? [] : readNotes(this.#connection, session)
    })
  }

  async find(sessionId: string): Promise<SessionSummary | undefined> {
    return this.#read({ sessionId }, () => {
      const session = findSession(this.#connection, sessionId)
      return session === undefined ? undefined : this.#summary(session.number)
    })
  }

  async *list(): AsyncIterable<SessionSummary> {
    // All numbers at once: who is written to meanwhile would come twice, or not at all.
    const numbers = await this.#connection.read(() =>
      Array.from(this.#connection.rows(sessionSql.numbers), (row) => numberField(row, 'number')),
    )
    let damage: unknown
    for (const number of numbers) {
      const place = { sessionId: `number ${number} of the file` }
      let summary: SessionSummary | undefined
      try {
        summary = await this.#read(place, () => this.#summary(number))
      } catch (error) {
        // The others are sound.
        if (!isDamage(error)) throw error
        damage ??= error
      }
      if (summary !== undefined) yield summary
    }
    if (damage !== undefined) throw damage
  }

  async delete(sessionId: string): Promise<void> {
    const busy = await this.#writes.write(this.#durability, sessionId, () => {
      const session = findSession(this.#connection, sessionId)
      if (session === undefined) return undefined
      const holding = this.#holdings.settle(session.number, this.#writes.now())
      if (holding !== undefined) return holding
      dropBlobs(this.#connection, session.number)
      this.#connection.run(sessionSql.delete, session.number)
      return undefined
    })
    if (busy !== undefined) throw new SessionBusyError(sessionId, busy)
  }

  async pruneEvents(sessionId: string, upTo: EventCursor, marker: StoredEvent): Promise<void> {
    const change = eventChange({ events: [marker] })
    await this.#writes.write('process', sessionId, () => {
      const session = findSession(this.#connection, sessionId)
      if (session !== undefined) pruneEvents(this.#connection, session, upTo, change)
    })
  }

  close(): void {
    this.#writes.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #read<T>(place: Place, work: () => T): Promise<T> {
    return this.#connection.read(work, () => place)
  }

  #find(sessionId: string): Promise<SessionRow | undefined> {
    return this.#read({ sessionId }, () => findSession(this.#connection, sessionId))
  }

  #summary(session: number): SessionSummary | undefined {
    return summaryOf(this.#connection, session, () => this.#holdings.current(session, this.#writes.now()))
  }
}

function isDamage(error: unknown): boolean {
  return isSessionError(error) && error.reason === 'damaged'
}
