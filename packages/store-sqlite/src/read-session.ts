import type { EventCursor } from '@geppetto/events'
import type { Head, StoredEvent, StoredRecord } from '@geppetto/session'
import type { Connection } from './connection.ts'
import { decodeEvent, eventRows } from './event-log.ts'
import { readPages } from './pages.ts'
import { decodeRecord, type SessionRow, sessionSql } from './sessions.ts'

/** A record, and where it stands. */
interface PlacedRecord {
  readonly position: number
  readonly record: StoredRecord
}

/** The records of a session in pages, from a position on, as far as there is no gap. @throws SessionError `store_failed`, `damaged` with the `record` that is */
export function readRecords(
  connection: Connection,
  { sessionId, number }: SessionRow,
  from: Head,
): AsyncGenerator<readonly PlacedRecord[]> {
  const next = (last: PlacedRecord | undefined) => (last === undefined ? from : last.position + 1)
  return readPages<PlacedRecord>(connection, {
    rows: (last) => connection.rows(sessionSql.records, number, next(last)),
    decode: (row, last) => ({ position: next(last), record: decodeRecord(row, sessionId, next(last)) }),
    place: (last) => ({ sessionId, part: `record ${next(last)}`, record: next(last) }),
  })
}

/** The events of a session behind a cursor, in pages. @throws SessionError `store_failed`, `damaged` saying behind which event */
export function readEvents(
  connection: Connection,
  { sessionId, number }: SessionRow,
  after: EventCursor | undefined,
): AsyncGenerator<readonly StoredEvent[]> {
  return readPages<StoredEvent>(connection, {
    rows: (last) => eventRows(connection, number, last ?? after),
    decode: (row) => decodeEvent(row, sessionId),
    place: (last = after) => ({
      sessionId,
      part: last === undefined ? 'the first event' : `the event behind { epoch: ${last.epoch}, seq: ${last.seq} }`,
    }),
  })
}
