import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate, schemaVersionOf } from './migrations.ts'
import { failed, reasonOf, storeFailure } from './store-failure.ts'

/** The path of a store that is in memory: of this process, and gone with the store object. */
export const inMemory = ':memory:'

/** Of which the WAL file is shortened again after something big was written, in bytes. */
const walSizeLimit = 64 * 2 ** 20

/** How long SQLite itself waits for a lock, and how long is waited before all is tried again, in milliseconds. */
const blockingMs = 50
const pauseMs = 5

/**
 * Opens the file of a store, made where there is none, at our version of the schema.
 * @throws SessionError `store_failed`, or `unsupported_version` where a newer version of this package wrote it
 */
export function openDatabase(path: string, lockTimeoutMs: number): DatabaseSync {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const startedAt = performance.now()
  for (;;) {
    try {
      return tryToOpen(path)
    } catch (error) {
      // SQLite does not wait for others who make the file, change its mode, or read its log anew after a crash.
      const isLate = performance.now() - startedAt >= lockTimeoutMs
      if (reasonOf(error) !== 'locked' || isLate) throw storeFailure(path, error)
    }
    Atomics.wait(sleeper, 0, 0, pauseMs)
  }
}

function tryToOpen(path: string): DatabaseSync {
  if (path !== inMemory) prepareFile(path)
  const database = new DatabaseSync(path)
  try {
    setUp(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
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

function setUp(database: DatabaseSync, path: string): void {
  database.exec(`PRAGMA busy_timeout = ${blockingMs}; PRAGMA journal_mode = WAL`)
  database.exec(`PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = ${walSizeLimit}`)
  // On a Mac, only this reaches the disk itself; elsewhere it does nothing.
  database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
  // Fails here and now where the file cannot be written to.
  database.exec('BEGIN IMMEDIATE')
  migrate(database, path)
  database.exec('COMMIT')
}
