import { resolve } from 'node:path'
import { type Clock, systemClock } from '@geppetto/context'
import { SessionError } from '@geppetto/session'
import { Connection, type Durability } from './connection.ts'
import { inMemory, openDatabase } from './open-database.ts'
import { processTable } from './process-identity.ts'
import { createSqliteStore, type SqliteStore } from './sqlite-store.ts'

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
}

/**
 * Opens the store at `path`, which is made, with its folder, where there is none; both are for this user alone. With `:memory:` it is shared with nobody, and
 * gone when it is closed.
 * @throws SessionError `store_failed` saying what to do, `unsupported_version` where a newer version of this package wrote the file
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  const { durability = 'disk', lockTimeoutMs = 5_000, clock = systemClock } = options
  if (typeof path !== 'string' || path === '')
    throw new SessionError('invalid_options', 'a store needs the path of its file, or :memory:')
  if (durability !== 'disk' && durability !== 'process')
    throw new SessionError('invalid_options', 'durability is disk or process')
  if (!(lockTimeoutMs >= 0 && lockTimeoutMs <= 2 ** 31 - 1))
    throw new SessionError('invalid_options', 'lockTimeoutMs is a number of milliseconds, from 0')
  const file = path === inMemory ? inMemory : resolve(path)
  const connection = new Connection(openDatabase(file, lockTimeoutMs), file, lockTimeoutMs)
  return createSqliteStore(file, connection, { durability, clock, processes: processTable() })
}
