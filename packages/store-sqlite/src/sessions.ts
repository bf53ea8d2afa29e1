import type { SessionSummary, StoredRecord } from '@geppetto/session'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { assertSum, checksum, checksumIn } from './checksum.ts'
import type { Connection } from './connection.ts'
import type { Holding } from './holdings.ts'
import { toText } from './own-text.ts'
import { Damage, numberField, objectField, parseObject, type Row, textField, wordField } from './row.ts'

/** Records as they are written: the text was made when they were given. */
export interface RecordChange {
  readonly bodies: readonly string[]
  /** The newest metadata among them. */
  readonly metadata: string | undefined
}

export const sessionSql = {
  insert: `INSERT INTO session (id) VALUES (?) RETURNING number`,
  byId: `SELECT number, head, coalesce((SELECT max(position) + 1 FROM record WHERE record.session = session.number), 0) AS behind_last FROM session WHERE id = ?`,
  summary: `SELECT id, head, coalesce((SELECT max(position) + 1 FROM record WHERE record.session = session.number), 0) AS behind_last, metadata, metadata_sum, created_at, updated_at FROM session WHERE number = ? AND head > 0`,
  numbers: `SELECT number FROM session WHERE head > 0 ORDER BY updated_at DESC, number DESC`,
  update: `UPDATE session SET head = ?, updated_at = ?, created_at = iif(head = 0, ?, created_at), metadata = coalesce(?, metadata), metadata_sum = coalesce(?, metadata_sum) WHERE number = ?`,
  delete: `DELETE FROM session WHERE number = ?`,
  insertRecord: `INSERT INTO record (session, position, body, sum) VALUES (?, ?, ?, ?)`,
  records: `SELECT position, body, sum FROM record WHERE session = ? AND position >= ? ORDER BY position`,
  // Several at once cost a third of what they cost one by one. `octet_length` does not read them.
  recordLength: `SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM record WHERE session = ? AND position >= ? AND position < ?`,
  // Their order is asked with their checksums, which know their places.
  recordLines: `SELECT count(*) AS count, group_concat(body, char(10)) AS lines, group_concat(sum, ' ') AS sums FROM record WHERE session = ? AND position >= ? AND position < ?`,
  recordsBack: `SELECT position, body, sum FROM record WHERE session = ? ORDER BY position DESC`,
} as const

/** What a write needs to know of a session. */
export interface SessionRow {
  readonly sessionId: string
  readonly number: number
  readonly head: number
  /** What is wrong with the row, which keeps nobody from reading what is there. */
  readonly damage?: Damage
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
  const { bodies, metadata = head === 0 ? '{}' : null } = change
  for (const [index, body] of bodies.entries()) {
    const position = head + index
    connection.run(sessionSql.insertRecord, number, position, body, checksum(body, sessionId, position))
  }
  const next = head + bodies.length
  const sum = metadata === null ? null : metadataSum(metadata, sessionId)
  connection.run(sessionSql.update, next, now, now, metadata, sum, number)
  return next
}

/** What the checksums of a session's records begin with. */
export function openingOf(sessionId: string): string {
  return `[${JSON.stringify(sessionId)},`
}

/** The text of a record; `opening` is {@link openingOf} its session. @throws Damage when it is not the one that was written there */
export function recordText(row: Row, opening: string, position: number): string {
  if (numberField(row, 'position') !== position) throw new Damage('position', `not ${position}, which is missing`)
  const body = textField(row, 'body')
  assertSum(row, checksumIn(opening, body, position))
  return body
}

/** @throws Damage when it is none */
export function decodeRecord(text: string): StoredRecord {
  return requireRecord(parseObject(text, 'body'))
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
  const found = { sessionId, number: numberField(row, 'number'), head: numberField(row, 'head') }
  const damage = headDamage(row)
  return damage === undefined ? found : { ...found, damage }
}

/** Another head is refused whatever is to be written, however often it is read: that it is none is to be said. */
function headDamage(row: Row): Damage | undefined {
  const behindLast = numberField(row, 'behind_last')
  return numberField(row, 'head') < behindLast
    ? new Damage('head', `lower than the ${behindLast} of its records`)
    : undefined
}

/** @throws Damage when it has records that its head does not count */
export function assertHead({ damage }: SessionRow): void {
  if (damage !== undefined) throw damage
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
  const sessionId = wordField(row, 'id')
  const damage = headDamage(row)
  if (damage !== undefined) throw damage
  const summary = {
    sessionId,
    head: numberField(row, 'head'),
    metadata: metadataOf(connection, row, { sessionId, number: session }),
    createdAt: numberField(row, 'created_at'),
    updatedAt: numberField(row, 'updated_at'),
  }
  const holding = holdingOf()
  if (holding === undefined) return summary
  const { runId, holder, expiresAt } = holding
  return { ...summary, active: { runId, holder, expiresAt } }
}

function metadataSum(metadata: string, sessionId: string): number {
  return checksum(metadata, sessionId, 'metadata')
}

/** As its row has it; where that is not what was written, as its records do. */
function metadataOf(connection: Connection, row: Row, session: Omit<SessionRow, 'head'>): JsonObject {
  try {
    // A file of version 1 has no sum of it.
    const isWhole =
      row.metadata_sum === null ||
      numberField(row, 'metadata_sum') === metadataSum(textField(row, 'metadata'), session.sessionId)
    if (isWhole) return objectField(row, 'metadata')
  } catch (error) {
    if (!(error instanceof Damage)) throw error
  }
  return recordedMetadata(connection, session)
}

function recordedMetadata(connection: Connection, { sessionId, number }: Omit<SessionRow, 'head'>): JsonObject {
  const opening = openingOf(sessionId)
  for (const row of connection.rows(sessionSql.recordsBack, number)) {
    const { type, metadata } = decodeRecord(recordText(row, opening, numberField(row, 'position')))
    if (type === 'session' && isJsonObject(metadata)) return metadata
  }
  return {}
}
