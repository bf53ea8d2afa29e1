import type { StoredBlob } from '@geppetto/session'
import type { Connection } from './connection.ts'
import { bytesField } from './row.ts'

export const blobSql = {
  insert: `INSERT INTO blob (hash, bytes) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`,
  refer: `INSERT OR IGNORE INTO session_blob (session, blob) SELECT ?, number FROM blob WHERE hash = ?`,
  select: `SELECT bytes FROM blob WHERE hash = ?`,
  dropOnlyOf: `DELETE FROM blob WHERE number IN (SELECT mine.blob FROM session_blob AS mine WHERE mine.session = ? AND NOT EXISTS
    (SELECT 1 FROM session_blob AS theirs WHERE theirs.blob = mine.blob AND theirs.session <> mine.session))`,
  forget: `DELETE FROM session_blob WHERE session = ?`,
} as const

/** Within a transaction. */
export function writeBlobs(connection: Connection, session: number, blobs: readonly StoredBlob[]): void {
  for (const { hash, bytes } of blobs) {
    const name = JSON.stringify(hash)
    connection.run(blobSql.insert, name, bytes)
    connection.run(blobSql.refer, session, name)
  }
}

/** Throws away what only this session has. Within a transaction. */
export function dropBlobs(connection: Connection, session: number): void {
  connection.run(blobSql.dropOnlyOf, session)
  connection.run(blobSql.forget, session)
}

export function readBlob(connection: Connection, hash: string): Uint8Array | undefined {
  const row = connection.row(blobSql.select, JSON.stringify(hash))
  return row === undefined ? undefined : bytesField(row, 'bytes')
}
