import type { EventCursor } from '@geppetto/events'
import type { Head, StoredEvent } from '@geppetto/session'
import type { Connection } from './connection.ts'
import { decodeEvent, eventRows } from './event-log.ts'
import { readPages } from './pages.ts'
import { openingOf, recordText, type SessionRow, sessionSql } from './sessions.ts'

/** A record, and where it stands. */
interface Placed<T> {
  readonly position: number
  readonly record: T
}

/**
 * The records of a session in pages, each as `decode` makes it of its text, from a position on, as far as there is no gap.
 * @throws SessionError `store_failed`, `damaged` with the `record` that is
 */
export function readRecords<T>(
  connection: Connection,
  { sessionId, number }: SessionRow,
  from: Head,
  decode: (text: string) => T,
): AsyncGenerator<readonly Placed<T>[]> {
  const opening = openingOf(sessionId)
  const next = (last: Placed<T> | undefined) => (last === undefined ? from : last.position + 1)
  return readPages<Placed<T>>(connection, {
    rows: (last) => connection.rows(sessionSql.records, number, next(last)),
    decode: (row, last) => {
      const position = next(last)
      return { position, record: decode(recordText(row, opening, position)) }
    },
    place: (last) => ({ sessionId, part: `record ${next(last)}`, record: next(last) }),
  })
}

/** The events of a session behind a cursor, in pages. @throws SessionError `store_failed`, `damaged` saying behind which event, where not even the place of the next one can be read */
export function readEvents(
  connection: Connection,
  { sessionId, number }: SessionRow,
  after: EventCursor | undefined,
): AsyncGenerator<readonly StoredEvent[]> {
  return readPages<StoredEvent>(connection, {
    rows: (last) => eventRows(connection, number, last ?? after),
    decode: (row) => decodeEvent(row, sessionId, connection.path),
    place: (last = after) => ({
      sessionId,
      part: last === undefined ? 'the first event' : `the event behind { epoch: ${last.epoch}, seq: ${last.seq} }`,
    }),
  })
}
