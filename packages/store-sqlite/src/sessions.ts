import type { SessionSummary, StoredRecord } from '@geppetto/session'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { assertWhole, checksum } from './checksum.ts'
import type { Connection } from './connection.ts'
import type { Holding } from './holdings.ts'
import { toText } from './own-text.ts'
import { Damage, numberField, objectField, type Row, wordField } from './row.ts'

/** Records as they are written: the text was made when they were given. */
export interface RecordChange {
  readonly bodies: readonly string[]
  /** The newest metadata among them. */
  readonly metadata: string | undefined
}

export const sessionSql = {
  insert: `INSERT INTO session (id) VALUES (?) RETURNING number`,
  byId: `SELECT number, head FROM session WHERE id = ?`,
  summary: `SELECT id, head, metadata, created_at, updated_at FROM session WHERE number = ? AND head > 0`,
  numbers: `SELECT number FROM session WHERE head > 0 ORDER BY updated_at DESC, number DESC`,
  update: `UPDATE session SET head = ?, updated_at = ?, created_at = iif(head = 0, ?, created_at), metadata = coalesce(?, metadata) WHERE number = ?`,
  delete: `DELETE FROM session WHERE number = ?`,
  insertRecord: `INSERT INTO record (session, position, body, sum) VALUES (?, ?, ?, ?)`,
  records: `SELECT position, body, sum FROM record WHERE session = ? AND position >= ? ORDER BY position`,
} as const

/** What a write needs to know of a session. */
export interface SessionRow {
  readonly sessionId: string
  readonly number: number
  readonly head: number
}

/** @throws SessionError `store_failed` when a record is no JSON */
export function recordChange(records: readonly StoredRecord[]): RecordChange {
  const bodies = records.map((record) => toText(record, 'record'))
  const named = records.findLastIndex(({ type, metadata }) => type === 'session' && isJsonObject(metadata))
  const metadata = records[named]?.metadata
  return { bodies, metadata: isJsonObject(metadata) ? toText(metadata, 'metadata') : undefined }
}

/** Within a transaction. Where the next record goes. */
export function writeRecords(connection: Connection, session: SessionRow, change: RecordChange, now: number): number {
  const { sessionId, number, head } = session
  const { bodies, metadata = null } = change
  for (const [index, body] of bodies.entries()) {
    const position = head + index
    connection.run(sessionSql.insertRecord, number, position, body, checksum(body, sessionId, position))
  }
  const next = head + bodies.length
  connection.run(sessionSql.update, next, now, now, metadata, number)
  return next
}

/** @throws Damage when it is not the record that was written there */
export function decodeRecord(row: Row, sessionId: string, position: number): StoredRecord {
  if (numberField(row, 'position') !== position) throw new Damage('position', `not ${position}, which is missing`)
  assertWhole(row, sessionId, position)
  return requireRecord(objectField(row, 'body'))
}

/** @throws Damage */
export function requireRecord(value: JsonObject): StoredRecord {
  if (isRecord(value)) return value
  throw new Damage('body', 'no record')
}

function isRecord(value: JsonObject): value is StoredRecord {
  return typeof value.v === 'number' && typeof value.type === 'string'
}

export function findSession(connection: Connection, sessionId: string): SessionRow | undefined {
  const row = connection.row(sessionSql.byId, JSON.stringify(sessionId))
  if (row === undefined) return undefined
  return { sessionId, number: numberField(row, 'number'), head: numberField(row, 'head') }
}

/** Within a transaction. */
export function makeSession(connection: Connection, sessionId: string): number {
  return numberField(connection.row(sessionSql.insert, JSON.stringify(sessionId)), 'number')
}

/** A session as a list shows it; undefined where it has no records, or is not there. */
export function summaryOf(
  connection: Connection,
  session: number,
  holdingOf: () => Holding | undefined,
): SessionSummary | undefined {
  const row = connection.row(sessionSql.summary, session)
  if (row === undefined) return undefined
  const summary = {
    sessionId: wordField(row, 'id'),
    head: numberField(row, 'head'),
    metadata: objectField(row, 'metadata'),
    createdAt: numberField(row, 'created_at'),
    updatedAt: numberField(row, 'updated_at'),
  }
  const holding = holdingOf()
  if (holding === undefined) return summary
  const { runId, holder, expiresAt } = holding
  return { ...summary, active: { runId, holder, expiresAt } }
}
