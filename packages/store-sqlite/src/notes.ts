import type { StoredNote } from '@geppetto/session'
import { assertWhole, checksum } from './checksum.ts'
import type { Connection } from './connection.ts'
import { numberField, objectField } from './row.ts'
import { requireRecord, type SessionRow } from './sessions.ts'

export const noteSql = {
  insert: `INSERT INTO note (session, body, sum) VALUES (?, ?, ?)`,
  select: `SELECT number, body, sum FROM note WHERE session = ? ORDER BY number`,
  take: `DELETE FROM note WHERE session = ? AND number <= ?`,
} as const

/** Within a transaction. */
export function writeNote(connection: Connection, { sessionId, number }: SessionRow, body: string): void {
  connection.run(noteSql.insert, number, body, checksum(body, sessionId, 'note'))
}

/** @throws Damage when one is not what was written */
export function readNotes(
  connection: Connection,
  { sessionId, number }: Pick<SessionRow, 'sessionId' | 'number'>,
): readonly StoredNote[] {
  return Array.from(connection.rows(noteSql.select, number), (row) => {
    assertWhole(row, sessionId, 'note')
    return { number: numberField(row, 'number'), note: requireRecord(objectField(row, 'body')) }
  })
}

/** Throws away those up to that number. Within a transaction. */
export function takeNotes(connection: Connection, session: number, upTo: number): void {
  connection.run(noteSql.take, session, upTo)
}
