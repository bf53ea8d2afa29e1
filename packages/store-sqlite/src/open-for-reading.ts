import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { OpenDatabase } from './connection.ts'
import { readAsNewest, schemaVersionOf } from './migrations.ts'
import { assertFile, patiently } from './open-database.ts'
import { failed, reasonOf, unreadableStore } from './store-failure.ts'

/** How SQLite is to read a file: https://sqlite.org/uri.html, https://sqlite.org/wal.html#read_only_databases */
interface Reading {
  readonly parameters: Readonly<Record<string, string>>
  readonly setUp?: string
}

/** With those who write: by the index of its log, which they keep up, or which is made again in memory after a crash. */
const shared: Reading = { parameters: { mode: 'ro', readonly_shm: '1' } }

/** By its log, of which nobody keeps an index, as of a file that was copied: without locks, as SQLite would make an index for them. */
const logged: Reading = {
  parameters: { mode: 'ro', vfs: process.platform === 'win32' ? 'win32-none' : 'unix-none' },
  setUp: 'PRAGMA locking_mode = EXCLUSIVE',
}

/** It is whole, and nobody has it open. */
const closed: Reading = { parameters: { immutable: '1' } }

/**
 * Opens a file that is there, and writes nothing to it or beside it. Without an index that all share there are no locks: then `hasChanged` says that somebody has
 * begun to write, and that what was read meanwhile is to be read again.
 * @throws SessionError `store_failed`, or `unsupported_version` where a newer version of this package wrote it
 */
export function openForReading(path: string, lockTimeoutMs: number): OpenDatabase {
  return patiently(path, lockTimeoutMs, () => {
    try {
      return tryToOpen(path, lockTimeoutMs)
    } catch (error) {
      throw reasonOf(error) === 'cannot_open' ? unreadableStore(path, error) : error
    }
  })
}

function tryToOpen(path: string, lockTimeoutMs: number): OpenDatabase {
  assertFile(path, statSync(path))
  const before = fingerprint(path)
  const reading = readingOf(path)
  const url = pathToFileURL(path)
  for (const [name, value] of Object.entries(reading.parameters)) url.searchParams.set(name, value)
  const database = new DatabaseSync(url, { readOnly: true })
  try {
    if (reading.setUp !== undefined) database.exec(reading.setUp)
    database.exec('PRAGMA trusted_schema = OFF')
    assertOurs(database, path)
  } catch (error) {
    database.close()
    // Whoever had it open has just closed it, or somebody has just opened it.
    if (readingOf(path) !== reading) return tryToOpen(path, lockTimeoutMs)
    throw error
  }
  const reader = { hasChanged: () => reading !== shared && fingerprint(path) !== before }
  return { database, reader: { ...reader, reopen: () => openForReading(path, lockTimeoutMs) } }
}

function readingOf(path: string): Reading {
  const [log, index] = ['-wal', '-shm'].map((end) => statSync(path + end, { throwIfNoEntry: false }))
  if (log !== undefined && index !== undefined) return shared
  return log === undefined || log.size === 0 ? closed : logged
}

/** Differs when somebody has written to it, or has it open. */
function fingerprint(path: string): string {
  const stats = ['', '-wal', '-shm'].map((end) => statSync(path + end, { bigint: true, throwIfNoEntry: false }))
  const [file, log, index] = stats.map((found) => found && [found.ino, found.size, found.mtimeNs].join())
  // The index changes with every reader.
  return [file, log, index !== undefined].join(' ')
}

function assertOurs(database: DatabaseSync, path: string): void {
  const version = schemaVersionOf(database, path)
  if (version === 0) throw failed(path, 'not_a_store', new Error('it is empty'))
  readAsNewest(database, version)
}
