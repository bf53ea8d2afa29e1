import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit, Lease, SessionStore, StoredRecord } from '@geppetto/session'
import { onTestFinished } from 'vitest'
import { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts'
import type { SqliteStore } from './sqlite-store.ts'

/** A folder of the test's own, gone after it. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store that is closed after the test. */
export function openStore(path: string | URL, options: SqliteStoreOptions = {}): SqliteStore {
  const store = openSqliteStore(path, options)
  onTestFinished(() => store.close())
  return store
}

export const request = { ttlMs: 1_000, holder: 'me', runId: 'run_1' }

export const titled = (title: string): StoredRecord => ({ v: 1, type: 'session', metadata: { title } })

/** Takes the lease, commits behind what is there, and gives it back. */
export async function put(store: SessionStore, sessionId: string, commit: Partial<Commit> = {}): Promise<Lease> {
  const lease = await store.acquire(sessionId, request)
  const head = (await store.find(sessionId))?.head ?? 0
  await store.commit(lease, head, { records: [titled('one')], ...commit, release: true })
  return lease
}

/** Everything that an iteration gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What a call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}
