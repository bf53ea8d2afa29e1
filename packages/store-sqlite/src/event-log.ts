import type { EventCursor } from '@geppetto/events'
import type { EventBatch, StoredEvent } from '@geppetto/session'
import { assertWhole, checksum } from './checksum.ts'
import type { Connection } from './connection.ts'
import { toText } from './own-text.ts'
import { Damage, numberField, objectField, type Row, textField, wordField } from './row.ts'
import type { SessionRow } from './sessions.ts'
import { failed } from './store-failure.ts'

/** Events as they are written: the text was made when they were given. */
export interface EventChange {
  readonly events: readonly { readonly cursor: EventCursor; readonly segment: string | null; readonly body: string }[]
  readonly finished: readonly string[]
}

export const eventSql = {
  // Written again where nobody knew whether it had been: what is there stays.
  insert: `INSERT INTO event (session, epoch, seq, delta_of, body, sum) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (session, epoch, seq) DO NOTHING`,
  dropDeltas: `DELETE FROM event WHERE session = ? AND delta_of = ?`,
  first: `SELECT epoch, seq, delta_of, body, sum FROM event WHERE session = ? ORDER BY epoch, seq`,
  after: `SELECT epoch, seq, delta_of, body, sum FROM event WHERE session = ? AND (epoch, seq) > (?, ?) ORDER BY epoch, seq`,
  prune: `DELETE FROM event WHERE session = ? AND (epoch, seq) <= (?, ?)`,
} as const

/** @throws SessionError `store_failed` when an event is no JSON */
export function eventChange({ events, finished = [] }: EventBatch): EventChange {
  const segments = new Set(finished.map((segment) => JSON.stringify(segment)))
  return {
    events: events.map(encodeEvent).filter(({ segment }) => segment === null || !segments.has(segment)),
    finished: [...segments],
  }
}

/** Within a transaction. */
export function writeEvents(
  connection: Connection,
  { sessionId, number }: SessionRow,
  { events, finished }: EventChange,
): void {
  for (const { cursor, segment, body } of events) {
    const { epoch, seq } = cursor
    const sum = checksum(body, sessionId, epoch, seq, segment)
    connection.run(eventSql.insert, number, epoch, seq, segment, body, sum)
  }
  for (const segment of finished) connection.run(eventSql.dropDeltas, number, segment)
}

/** Within a transaction. */
export function pruneEvents(connection: Connection, session: SessionRow, upTo: EventCursor, marker: EventChange): void {
  if (connection.run(eventSql.prune, session.number, upTo.epoch, upTo.seq) > 0) writeEvents(connection, session, marker)
}

/** The rows behind a cursor; from the first without one. */
export function eventRows(connection: Connection, session: number, after: EventCursor | undefined): Iterable<Row> {
  return after === undefined
    ? connection.rows(eventSql.first, session)
    : connection.rows(eventSql.after, session, after.epoch, after.seq)
}

function cursorOf(row: Row): EventCursor {
  return { epoch: numberField(row, 'epoch'), seq: numberField(row, 'seq') }
}

/** The event, or what is wrong where it is not the one that was written there. @throws Damage where even its place cannot be read */
export function decodeEvent(row: Row, sessionId: string, path: string): StoredEvent {
  const { epoch, seq } = cursorOf(row)
  try {
    assertWhole(row, sessionId, epoch, seq, row.delta_of === null ? null : textField(row, 'delta_of'))
    const deltaOf = row.delta_of === null ? {} : { deltaOf: wordField(row, 'delta_of') }
    return { epoch, seq, ...deltaOf, event: objectField(row, 'body') }
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    const part = `the event { epoch: ${epoch}, seq: ${seq} }`
    const { message } = failed(path, 'damaged', error, { sessionId, part })
    return { epoch, seq, event: damagedEvent, damage: message }
  }
}

const damagedEvent = { v: 1, type: 'damaged' }

function encodeEvent({ epoch, seq, deltaOf, event }: StoredEvent): EventChange['events'][number] {
  const segment = deltaOf === undefined ? null : JSON.stringify(deltaOf)
  return { cursor: { epoch, seq }, segment, body: toText(event, 'event') }
}
