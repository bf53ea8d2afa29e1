import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SessionError } from '@geppetto/session'
import type { OpenDatabase } from './connection.ts'
import { migrate, schemaVersionOf } from './migrations.ts'
import { failed, reasonOf, storeFailure } from './store-failure.ts'
import { inMemory } from './store-path.ts'

/** Of which the WAL file is shortened again after something big was written, in bytes. */
const walSizeLimit = 64 * 2 ** 20

/** How long SQLite itself waits for a lock, and how long is waited before all is tried again, in milliseconds. */
const blockingMs = 50
const pauseMs = 5

/**
 * Opens the file of a store, made where there is none, at our version of the schema.
 * @throws SessionError `store_failed`, or `unsupported_version` where a newer version of this package wrote it
 */
export function openDatabase(path: string, lockTimeoutMs: number): OpenDatabase {
  return { database: patiently(path, lockTimeoutMs, () => tryToOpen(path)) }
}

/**
 * Tries until nobody else stands in the way. It holds up the process.
 * @throws SessionError as {@link storeFailure}
 */
export function patiently<T>(path: string, lockTimeoutMs: number, open: () => T): T {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const startedAt = performance.now()
  for (;;) {
    try {
      return open()
    } catch (error) {
      // SQLite does not wait for others who make the file, change its mode, or read its log anew after a crash.
      const isLate = performance.now() - startedAt >= lockTimeoutMs
      if (reasonOf(error) !== 'locked' || isLate) throw openFailure(path, error)
    }
    Atomics.wait(sleeper, 0, 0, pauseMs)
  }
}

/** SQLite finds the log of an open file by the name that it was opened by: by another name the file ends too early. */
function openFailure(path: string, error: unknown): SessionError {
  const isIo = reasonOf(error) === 'io'
  if (!isIo || (statSync(path, { throwIfNoEntry: false })?.nlink ?? 1) < 2) return storeFailure(path, error)
  const why = 'the file has another name too, a hard link, and is open by that, as it seems: open it by that name'
  return failed(path, 'cannot_open', new Error(why, { cause: error }))
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
  assertFile(path, file)
  requireWritable(path)
  if (file.size > 0) refuseForeign(path)
}

/** @throws SessionError `store_failed` where it is a folder, a device, or something else that no sessions can be in */
export function assertFile(path: string, stats: Stats): void {
  if (stats.isFile()) return
  const what = stats.isDirectory() ? 'a folder: name a file in it' : 'no regular file'
  throw failed(path, 'cannot_open', new Error(`it is ${what}`))
}

/** The files that SQLite puts beside it get the same permissions. */
function createFile(path: string): void {
  makeFolder(dirname(path))
  try {
    // Only where there is none: closing any handle of an open database would drop the locks that this process has on it.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    const isThereNow = statSync(path, { throwIfNoEntry: false }) !== undefined
    if (!isThereNow) throw error
  }
  syncFolder(dirname(path))
}

/** Folder by folder: where a system answers as if its own folder were not there, as /proc does, Node’s `recursive` asks for ever. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process has made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
  syncFolder(dirname(folder))
}

/** What is new in it is there also when the power fails. Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  let handle: number | undefined
  try {
    handle = openSync(folder, 'r')
    fsyncSync(handle)
  } catch {
    // One that this user may not read, or a disk that knows no such thing: then it is there when the system sees to it.
  } finally {
    if (handle !== undefined) closeSync(handle)
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
  // Fails here and now where the file cannot be written to. Nothing is, unless it has to be: the disk may be full.
  database.exec('BEGIN IMMEDIATE')
  migrate(database, path)
  database.exec('COMMIT')
}
