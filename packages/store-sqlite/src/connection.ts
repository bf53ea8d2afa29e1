import { statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSessionError } from '@geppetto/session'
import type { Row } from './row.ts'
import { failed, type Place, readOnlyStore, reasonOf, storeFailure } from './store-failure.ts'
import { type QueuedWrite, WriteQueue } from './write-queue.ts'

/** How long SQLite itself waits for a lock before others of this process get their turn, in milliseconds. */
const blockingMs = 5

/** How long is waited between two tries, in milliseconds. */
const pauseMs = 10

/** What a write must survive: `disk` any loss of power, `process` the end of the process. */
export type Durability = 'disk' | 'process'

/** A database as it was opened. */
export interface OpenDatabase {
  readonly database: DatabaseSync
  /** Of one that is not to be written to. */
  readonly reader?: {
    /** Whether it must be opened again, as somebody has written to it whom no lock has kept from it. */
    hasChanged(): boolean
    reopen(): OpenDatabase
  }
}

/** One open database: its statements, its transactions, and the waiting for its lock. */
export class Connection {
  #open: OpenDatabase
  readonly path: string
  readonly #lockTimeoutMs: number
  readonly #statements = new Map<string, StatementSync>()
  readonly #writes = new WriteQueue((writes) => this.#writeTogether(writes))
  #durability: Durability | undefined
  /** Which file it is, whatever lies at its path later. */
  readonly #file: bigint | undefined
  /** When the lock was last had, as `performance.now()` says. */
  #hadLockAt = 0
  #isClosed = false

  constructor(open: OpenDatabase, path: string, lockTimeoutMs: number) {
    this.#file = fileAt(path)
    this.#open = open
    this.path = path
    this.#lockTimeoutMs = lockTimeoutMs
    open.database.exec(`PRAGMA busy_timeout = ${blockingMs}`)
  }

  /**
   * Runs `work` with nobody else writing; all that it writes is there afterwards, or nothing of it. One after the other. It is run again where others have undone it.
   * `onWritten` is called once all is there, before anybody else goes on.
   */
  write<T>(
    durability: Durability,
    work: () => T,
    { place, onWritten }: { place?: (() => Place) | undefined; onWritten?: ((result: T) => void) | undefined } = {},
  ): Promise<T> {
    return new Promise((resolve, refuse) => {
      const workAndTell = () => {
        const result = work()
        return () => {
          onWritten?.(result)
          resolve(result)
        }
      }
      this.#writes.add({ durability, work: workAndTell, refuse, place, since: performance.now() })
    })
  }

  /** Runs `work`, which reads and comes to an end: nothing is left open that would keep a log from being cleared. */
  read<T>(work: () => T, place?: () => Place): Promise<T> {
    return this.#whenFree(() => this.#readSteadily(work), place)
  }

  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  row(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  /** Its rows, one by one. To be read, or left, before anything else is asked. */
  rows(sql: string, ...values: readonly SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values)
  }

  /** `last` is written if it can be, at once: nobody is left who could be told. */
  close(last?: () => void): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      if (last !== undefined) this.#transact('process', last)
    } catch {
      // The file goes, full or locked as it is.
    }
    this.#statements.clear()
    this.#open.database.close()
  }

  /** What somebody wrote to meanwhile, whom no lock keeps from it, is read again. */
  #readSteadily<T>(work: () => T): T {
    for (;;) {
      if (this.#open.reader?.hasChanged() === true) this.#reopen(this.#open.reader)
      try {
        const result = work()
        if (this.#open.reader?.hasChanged() !== true) return result
      } catch (error) {
        if (this.#open.reader?.hasChanged() !== true) throw error
      }
    }
  }

  #reopen(reader: NonNullable<OpenDatabase['reader']>): void {
    const open = reader.reopen()
    this.#statements.clear()
    this.#open.database.close()
    this.#open = open
    open.database.exec(`PRAGMA busy_timeout = ${blockingMs}`)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#open.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  /** Waits for a lock without holding up this process: another one may have been stopped in the middle of a write. */
  async #whenFree<T>(work: () => T, place?: () => Place, since = performance.now()): Promise<T> {
    for (;;) {
      if (this.#isClosed) throw failed(this.path, 'closed')
      try {
        return work()
      } catch (error) {
        const isLate = performance.now() - since >= this.#lockTimeoutMs
        if (reasonOf(error) !== 'locked' || isLate) throw storeFailure(this.path, error, place?.())
      }
      await sleep(pauseMs * (0.5 + Math.random()))
    }
  }

  #transact<T>(durability: Durability, work: () => T): T {
    if (this.#open.reader !== undefined) throw readOnlyStore(this.path)
    this.#sync(durability)
    this.#statement('BEGIN IMMEDIATE').run()
    this.#hadLockAt = performance.now()
    try {
      const result = work()
      // What is written to a file that has no name any more is lost without a word.
      if (fileAt(this.path) !== this.#file) throw failed(this.path, 'moved')
      this.#statement('COMMIT').run()
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  async #writeTogether(writes: readonly QueuedWrite[]): Promise<void> {
    const [first, ...others] = writes
    if (first === undefined) return
    if (others.length === 0) return this.#writeAlone(first)
    const durability = writes.some((write) => write.durability === 'disk') ? 'disk' : 'process'
    const writeAll = () => this.#transact(durability, () => writes.map((write) => this.#attempt(write)))
    let ends: readonly (() => void)[]
    try {
      ends = await this.#whenFree(writeAll, undefined, this.#waitsSince(first))
    } catch (error) {
      if (isSessionError(error) && error.reason === 'locked') return this.#refuseLate(writes, error)
      // One of them may have met it, and the others not.
      for (const write of writes) await this.#writeAlone(write)
      return
    }
    for (const end of ends) end()
  }

  /** Nobody got the lock. Those that came later are tried for as long as the others were. */
  async #refuseLate(writes: readonly QueuedWrite[], error: unknown): Promise<void> {
    const behind = performance.now() - this.#lockTimeoutMs
    const [late = [], others = []] = [true, false].map((isLate) =>
      writes.filter((write) => this.#waitsSince(write) <= behind === isLate),
    )
    for (const { refuse } of late) refuse(error)
    await this.#writeTogether(others)
  }

  /** Since when it has waited for the lock of another process, and not for its turn among its own. */
  #waitsSince({ since }: QueuedWrite): number {
    return Math.max(since, this.#hadLockAt)
  }

  async #writeAlone(write: QueuedWrite): Promise<void> {
    const { durability, work, refuse, place } = write
    try {
      const tell = await this.#whenFree(() => this.#transact(durability, work), place, this.#waitsSince(write))
      tell()
    } catch (error) {
      refuse(error)
    }
  }

  /** One of several writes: where it is refused, the others are not. Gives back what tells its caller. */
  #attempt({ work, refuse, place }: QueuedWrite): () => void {
    this.#statement('SAVEPOINT one').run()
    try {
      const tell = work()
      this.#statement('RELEASE one').run()
      return tell
    } catch (error) {
      const reason = reasonOf(error)
      if (reason !== undefined && reason !== 'damaged') throw error
      this.#statement('ROLLBACK TO one').run()
      this.#statement('RELEASE one').run()
      return () => refuse(storeFailure(this.path, error, place?.()))
    }
  }

  #rollBack(): void {
    try {
      this.#statement('ROLLBACK').run()
    } catch {
      // SQLite has done so itself, as it does when the disk fails; what went wrong first is thrown.
      return
    }
  }

  /** It takes effect when it is compiled: such a statement cannot be kept. */
  #sync(durability: Durability): void {
    if (this.#durability === durability) return
    this.#open.database.exec(`PRAGMA synchronous = ${durability === 'disk' ? 'FULL' : 'NORMAL'}`)
    this.#durability = durability
  }
}

/** The number of what lies there; undefined where nothing does, as of what is in memory. */
function fileAt(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
}
