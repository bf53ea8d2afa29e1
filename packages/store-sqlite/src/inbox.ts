import type { Inbox, Lease } from '@geppetto/session'
import type { Connection } from './connection.ts'
import { readNotes } from './notes.ts'
import { numberField, wordField } from './row.ts'

export const inboxSql = {
  select: `SELECT number, (SELECT cancel_reason FROM holding WHERE holding.session = session.number AND token = ?) AS cancel_reason,
    EXISTS (SELECT 1 FROM note WHERE note.session = session.number) AS has_notes FROM session WHERE id = ?`,
} as const

/** What others want of the owner of the lease: one statement, where nobody wants anything. */
export function readInbox(connection: Connection, { sessionId, token }: Lease): Inbox {
  const row = connection.row(inboxSql.select, token, JSON.stringify(sessionId))
  if (row === undefined) return { notes: [] }
  const notes = row.has_notes === 0 ? [] : readNotes(connection, { sessionId, number: numberField(row, 'number') })
  return row.cancel_reason === null ? { notes } : { cancelReason: wordField(row, 'cancel_reason'), notes }
}
