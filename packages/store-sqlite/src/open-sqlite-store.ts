import { type Clock, systemClock } from '@geppetto/context'
import { SessionError } from '@geppetto/session'
import { quote, unknownOption } from '@geppetto/turns'
import { Connection, type Durability } from './connection.ts'
import { openDatabase } from './open-database.ts'
import { openForReading } from './open-for-reading.ts'
import { processTable } from './process-identity.ts'
import { createSqliteStore, type SqliteStore } from './sqlite-store.ts'
import { inMemory, storePath } from './store-path.ts'

/** What {@link openSqliteStore} takes. */
export interface SqliteStoreOptions {
  /**
   * What a commit survives once it is told of: `disk` (default) also that the power fails; `process` that the process ends, and is faster. Events
   * that are appended alone survive the end of the process, and a loss of power with the next commit.
   */
  readonly durability?: Durability
  /** How long to wait for another process that is writing, in milliseconds of real time. Default 5,000. */
  readonly lockTimeoutMs?: number
  /** What judges leases, and dates sessions. Default: the machine's clock. All who share a file must read the same one. */
  readonly clock?: Clock
  /**
   * Opens a file that is there for reading alone: nothing is written to it or beside it, so that it may lie on a disk that is full or read-only, or belong to another
   * user. What others write meanwhile is seen; whatever would write rejects with `store_failed`, `read_only`. Default false.
   */
  readonly readOnly?: boolean
}

const optionNames = ['durability', 'lockTimeoutMs', 'clock', 'readOnly']

/**
 * Opens the store at `path`, a path or `file:` URL, which is made, with its folder, where there is none; both are for this user alone. With `:memory:` it is shared with
 * nobody, and gone when it is closed.
 * @throws SessionError `invalid_options`, `store_failed` saying what to do, `unsupported_version` where a newer version of this package wrote the file
 */
export function openSqliteStore(path: string | URL, options: SqliteStoreOptions = {}): SqliteStore {
  const file = storePath(path)
  assertOptions(options)
  const { durability = 'disk', lockTimeoutMs = 5_000, clock = systemClock, readOnly = false } = options
  if (readOnly && file === inMemory)
    return refuse('readOnly', 'readOnly must be left out with :memory:, where there is nothing to be read')
  const open = readOnly ? openForReading : openDatabase
  const connection = new Connection(open(file, lockTimeoutMs), file, lockTimeoutMs)
  return createSqliteStore(file, connection, { durability, clock, processes: processTable(), later })
}

function later(callback: () => void, delayMs: number): void {
  setTimeout(callback, delayMs).unref()
}

function assertOptions(options: SqliteStoreOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return refuse('options', `options must be an object, not ${quote(options)}`)
  const problem = unknownOption(options, optionNames)
  const stranger = Object.keys(options).find((name) => !optionNames.includes(name))
  if (problem !== undefined) return refuse(stranger ?? 'options', problem)
  const { durability, lockTimeoutMs, clock, readOnly } = options
  if (durability !== undefined && durability !== 'disk' && durability !== 'process')
    return refuse('durability', `durability must be disk or process, not ${quote(durability)}`)
  if (
    lockTimeoutMs !== undefined &&
    !(typeof lockTimeoutMs === 'number' && lockTimeoutMs >= 0 && lockTimeoutMs <= 2 ** 31 - 1)
  )
    return refuse(
      'lockTimeoutMs',
      `lockTimeoutMs must be a number of milliseconds from 0 to 2 ** 31 - 1, not ${quote(lockTimeoutMs)}`,
    )
  if (clock !== undefined && (typeof clock?.now !== 'function' || typeof clock.schedule !== 'function'))
    return refuse('clock', 'clock must have now() and schedule(): leave it out for the machine’s')
  if (readOnly !== undefined && typeof readOnly !== 'boolean')
    return refuse('readOnly', `readOnly must be true or false, not ${quote(readOnly)}`)
}

function refuse(field: string, problem: string): never {
  throw new SessionError('invalid_options', problem, { field })
}
