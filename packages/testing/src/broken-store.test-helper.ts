import { createMemoryStore, SessionConflictError, type SessionStore } from '@geppetto/session'
import type { StoreConformanceOptions, StoreRecord } from './conformance-store.ts'

export type CreateStore = StoreConformanceOptions['createStore']

/** A store that breaks a rule, and the case that must find out. */
export type BrokenStore = readonly [what: string, rule: RegExp, createStore: CreateStore]

/** The memory store with something else in place of a method. */
export const bent =
  (change: (store: SessionStore) => Partial<SessionStore>): CreateStore =>
  (options) => {
    const store = createMemoryStore(options)
    return { ...store, ...change(store) }
  }

/** The memory store on a clock that says something else. */
export const clocked =
  (now: (time: number) => number): CreateStore =>
  ({ clock }) =>
    createMemoryStore({ clock: { ...clock, now: () => now(clock.now()) } })

export const rewriting = (change: (record: StoreRecord) => StoreRecord) =>
  bent((store) => ({
    commit: (lease, head, commit) => store.commit(lease, head, { ...commit, records: commit.records.map(change) }),
  }))

/** The memory store with some values changed on their way in. */
export const reviving = (change: (part: unknown, name: string) => unknown) =>
  rewriting((record) => JSON.parse(JSON.stringify(record), (name, part) => change(part, name)))

/** A store that keeps what it is given, and gives what it keeps. */
export function sharing(copies: { readonly in: boolean; readonly out: boolean }): CreateStore {
  return ({ clock }) => {
    const inner = createMemoryStore({ clock })
    const kept = new Map<string, StoreRecord[]>()
    const copy = <T>(value: T, isCopied: boolean): T => (isCopied ? structuredClone(value) : value)
    return {
      ...inner,
      async commit(lease, head, commit) {
        const next = await inner.commit(lease, head, commit)
        kept.set(lease.sessionId, [...(kept.get(lease.sessionId) ?? []), ...copy(commit.records, copies.in)])
        return next
      },
      async *read(sessionId, from = 0) {
        yield* copy((kept.get(sessionId) ?? []).slice(from), copies.out)
      },
    }
  }
}

/** A store that writes record by record. */
export const piecemeal: CreateStore = bent((store) => ({
  async commit(lease, head, commit) {
    let next = head
    for (const record of commit.records) next = await store.commit(lease, next, { records: [record] })
    return next
  },
}))

/** A store that looks at the head, and then waits before it writes. */
export const hasty: CreateStore = ({ clock }) => {
  const store = createMemoryStore({ clock })
  return {
    ...store,
    async commit(lease, expected, commit) {
      let head = 0
      for await (const _ of store.read(lease.sessionId)) head++
      if (head !== expected) throw new SessionConflictError(lease.sessionId, 'another head')
      await Promise.resolve()
      for (let at = expected; ; at++) {
        try {
          return await store.commit(lease, at, commit)
        } catch (error) {
          if (at > expected + 20) throw error
        }
      }
    },
  }
}
