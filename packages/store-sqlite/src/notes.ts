import type { StoredNote } from '@geppetto/session'
import { assertWhole, checksum } from './checksum.ts'
import type { Connection } from './connection.ts'
import { Damage, numberField, objectField } from './row.ts'
import { requireRecord, type SessionRow } from './sessions.ts'
import { failed } from './store-failure.ts'

export const noteSql = {
  insert: `INSERT INTO note (session, body, sum) VALUES (?, ?, ?)`,
  select: `SELECT number, body, sum FROM note WHERE session = ? ORDER BY number`,
  take: `DELETE FROM note WHERE session = ? AND number = ?`,
} as const

/** Within a transaction. */
export function writeNote(connection: Connection, { sessionId, number }: SessionRow, body: string): void {
  connection.run(noteSql.insert, number, body, checksum(body, sessionId, 'note'))
}

/** The notes of a session, and of damaged ones what is wrong. */
export function readNotes(
  connection: Connection,
  { sessionId, number: session }: Pick<SessionRow, 'sessionId' | 'number'>,
): readonly StoredNote[] {
  return Array.from(connection.rows(noteSql.select, session), (row) => {
    const number = numberField(row, 'number')
    try {
      assertWhole(row, sessionId, 'note')
      return { number, note: requireRecord(objectField(row, 'body')) }
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      const { message } = failed(connection.path, 'damaged', error, { sessionId, part: `note ${number}` })
      return { number, note: damagedNote, damage: message }
    }
  })
}

const damagedNote = { v: 1, type: 'damaged' }

/** Throws away those up to that number, but for damaged ones. Within a transaction. */
export function takeNotes(connection: Connection, session: SessionRow, upTo: number): void {
  for (const { number, damage } of readNotes(connection, session))
    if (number <= upTo && damage === undefined) connection.run(noteSql.take, session.number, number)
}
