import { type Clock, systemClock } from '@geppetto/context'
import { findNonJson, frozenJson, isJsonObject } from '@geppetto/turns'
import { SessionBusyError, SessionConflictError, SessionError } from './session-error.ts'
import type { Head, Lease, LeaseRequest, SessionMetadata, SessionStore, StoredRecord } from './store.ts'

/** One session as the memory store keeps it. */
interface Entry {
  readonly records: StoredRecord[]
  lease: (Lease & { readonly runId: string }) | undefined
  lastToken: number
}

/** A store in this process's memory: shared by all sessions that are given it, gone with the process. */
export function createMemoryStore(options: { readonly clock?: Clock } = {}): SessionStore {
  const clock = options.clock ?? systemClock
  const entries = new Map<string, Entry>()

  const entryOf = (sessionId: string): Entry => {
    const known = entries.get(sessionId)
    if (known !== undefined) return known
    const entry: Entry = { records: [], lease: undefined, lastToken: 0 }
    entries.set(sessionId, entry)
    return entry
  }

  /** The entry, when the lease is still its owner's. */
  const owned = (lease: Lease): Entry => {
    const entry = entryOf(lease.sessionId)
    if (entry.lease?.token !== lease.token) throw new SessionConflictError(lease.sessionId, 'the lease was lost')
    if (entry.lease.expiresAt <= clock.now()) throw new SessionConflictError(lease.sessionId, 'the lease has expired')
    return entry
  }

  return {
    async acquire(sessionId: string, request: LeaseRequest): Promise<Lease> {
      const entry = entryOf(sessionId)
      const { lease } = entry
      if (lease !== undefined && lease.expiresAt > clock.now()) throw new SessionBusyError(sessionId, lease)
      const { holder, runId, ttlMs } = request
      entry.lastToken++
      const granted = { sessionId, token: entry.lastToken, holder, expiresAt: clock.now() + ttlMs }
      // The store judges by its own copy: what a holder does to its lease must not lengthen it.
      entry.lease = { ...granted, runId }
      return granted
    },

    async renew(lease: Lease, ttlMs: number): Promise<Lease> {
      const entry = owned(lease)
      const renewed = { ...lease, expiresAt: clock.now() + ttlMs }
      entry.lease = { ...renewed, runId: entry.lease?.runId ?? '' }
      return renewed
    },

    async release(lease: Lease): Promise<void> {
      const entry = entryOf(lease.sessionId)
      if (entry.lease?.token === lease.token) entry.lease = undefined
    },

    async commit(lease: Lease, expectedHead: Head, records: readonly StoredRecord[]): Promise<Head> {
      const entry = owned(lease)
      const head = entry.records.length
      if (head !== expectedHead)
        throw new SessionConflictError(lease.sessionId, `it has ${head} records where ${expectedHead} were expected`)
      const problem = findNonJson(records, 'records')
      if (problem !== undefined) throw new SessionError('store_failed', `the records cannot be kept: ${problem}`)
      // So that nobody changes the store's own data. Appended only when all of it could be kept.
      const kept = records.map((record) => frozenJson(record, 'record'))
      for (const record of kept) entry.records.push(record)
      return entry.records.length
    },

    async *read(sessionId: string, from: Head = 0): AsyncIterable<StoredRecord> {
      yield* entries.get(sessionId)?.records.slice(from) ?? []
    },

    async *list() {
      for (const [sessionId, { records }] of entries) {
        if (records.length === 0) continue
        let metadata: SessionMetadata = {}
        for (const record of records)
          if (record.type === 'session' && isJsonObject(record.metadata)) metadata = record.metadata
        yield { sessionId, head: records.length, metadata }
      }
    },
  }
}
