import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate, schemaVersionOf } from './migrations.ts'
import { textField } from './row.ts'
import { failed, reasonOf, storeFailure } from './store-failure.ts'

/** The path of a store that is in memory: of this process, and gone with the store object. */
export const inMemory = ':memory:'

/** Of which the WAL file is shortened again after something big was written, in bytes. */
const walSizeLimit = 64 * 2 ** 20

/**
 * Opens the file of a store, made where there is none, at our version of the schema.
 * @throws SessionError `store_failed`, or `unsupported_version` where a newer version of this package wrote it
 */
export function openDatabase(path: string, lockTimeoutMs: number): DatabaseSync {
  try {
    if (path !== inMemory) prepareFile(path)
    const database = new DatabaseSync(path)
    try {
      setUp(database, path, lockTimeoutMs)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw storeFailure(path, error)
  }
}

function prepareFile(path: string): void {
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return createFile(path)
  if (file.isDirectory()) throw failed(path, 'cannot_open', new Error('it is a folder'))
  requireWritable(path)
  if (file.size > 0) refuseForeign(path)
}

/** The files that SQLite puts beside it get the same permissions. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    // Only where there is none: closing any handle of an open database would drop the locks that this process has on it.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    const isThereNow = statSync(path, { throwIfNoEntry: false }) !== undefined
    if (!isThereNow) throw error
  }
}

/** Asked before SQLite is, which would leave files beside it that nobody may write to either. */
function requireWritable(path: string): void {
  for (const place of [path, dirname(path)]) {
    try {
      accessSync(place, constants.W_OK)
    } catch (error) {
      throw failed(path, 'read_only', error)
    }
  }
}

/** Looks at what is there without writing: also a log that was left beside it stays as it is. */
function refuseForeign(path: string): void {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    schemaVersionOf(database, path)
  } catch (error) {
    // What was cut off while the file was made is put right by whoever may write. It is looked at again then.
    if (reasonOf(error) !== 'read_only') throw error
  } finally {
    database?.close()
  }
}

function setUp(database: DatabaseSync, path: string, lockTimeoutMs: number): void {
  // In whole milliseconds of real time: https://sqlite.org/pragma.html#pragma_busy_timeout
  database.exec(`PRAGMA busy_timeout = ${Math.ceil(lockTimeoutMs)}`)
  useWal(database, lockTimeoutMs)
  database.exec(`PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = ${walSizeLimit}`)
  // On a Mac, only this reaches the disk itself; elsewhere it does nothing.
  database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
  // Fails here and now where the file cannot be written to.
  database.exec('BEGIN IMMEDIATE')
  migrate(database, path)
  database.exec('COMMIT')
}

/** Two that make the same file at once hinder each other here, and SQLite does not wait then. */
function useWal(database: DatabaseSync, lockTimeoutMs: number): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; ; waitedMs += 5) {
    try {
      const row = database.prepare('PRAGMA journal_mode = WAL').get() ?? {}
      // Else it is in memory.
      if (textField(row, 'journal_mode') === 'wal') database.exec('PRAGMA wal_autocheckpoint = 1000')
      return
    } catch (error) {
      if (reasonOf(error) !== 'locked' || waitedMs >= lockTimeoutMs) throw error
      Atomics.wait(sleeper, 0, 0, 5)
    }
  }
}
