import { createMemoryStore, SessionBusyError, SessionConflictError, type SessionStore } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { type StoreConformanceOptions, type StoreRecord, storeConformance } from './conformance-store.ts'

describe('the memory store', () => {
  it.each(storeConformance({ createStore: createMemoryStore }))('$name', ({ run }) => run())
})

describe('a kit', () => {
  it('closes every store that it opened, also of a case that fails', async () => {
    const open = new Set<SessionStore>()
    const opened = (store: SessionStore): SessionStore => {
      open.add(store)
      return store
    }
    const cases = storeConformance({
      createStore: (options) =>
        opened({ ...createMemoryStore(options), acquire: () => Promise.reject(new Error('no')) }),
      reopen: (store) => opened({ ...store }),
      close: (store) => void open.delete(store),
    })
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()))
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    expect(open.size).toBe(0)
  })

  it('says of a store that hangs that it does', async () => {
    const [first] = storeConformance({ createStore: () => new Promise(() => {}), limitMs: 10 })
    await expect(first?.run()).rejects.toThrow(/hangs/)
  })
})

type CreateStore = StoreConformanceOptions['createStore']

/** The memory store with something else in place of a method. */
const bent =
  (change: (store: SessionStore) => Partial<SessionStore>): CreateStore =>
  (options) => {
    const store = createMemoryStore(options)
    return { ...store, ...change(store) }
  }

/** The memory store on a clock that says something else. */
const clocked =
  (now: (time: number) => number): CreateStore =>
  ({ clock }) =>
    createMemoryStore({ clock: { ...clock, now: () => now(clock.now()) } })

const rewriting = (change: (record: StoreRecord) => StoreRecord) =>
  bent((store) => ({
    commit: (lease, head, commit) => store.commit(lease, head, { ...commit, records: commit.records.map(change) }),
  }))

/** The memory store with some values changed on their way in. */
const reviving = (change: (part: unknown, name: string) => unknown) =>
  rewriting((record) => JSON.parse(JSON.stringify(record), (name, part) => change(part, name)))

/** A store that keeps what it is given, and gives what it keeps. */
function sharing(copies: { readonly in: boolean; readonly out: boolean }): CreateStore {
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
const piecemeal: CreateStore = bent((store) => ({
  async commit(lease, head, commit) {
    let next = head
    for (const record of commit.records) next = await store.commit(lease, next, { records: [record] })
    return next
  },
}))

/** A store that looks at the head, and then waits before it writes. */
const hasty: CreateStore = ({ clock }) => {
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

const broken: readonly (readonly [what: string, rule: RegExp, createStore: CreateStore])[] = [
  [
    'gives everybody a lease',
    /of many who ask/,
    bent((store) => {
      let token = 0
      return {
        async acquire(sessionId, request) {
          token++
          return store
            .acquire(sessionId, request)
            .catch(() => ({ sessionId, token, holder: request.holder, expiresAt: 0 }))
        },
      }
    }),
  ],
  [
    'refuses with an error of its own',
    /of many who ask/,
    bent((store) => ({
      acquire: (sessionId, request) =>
        store.acquire(sessionId, request).catch(() => {
          throw new Error('SQLITE_BUSY')
        }),
    })),
  ],
  [
    'does not say who holds',
    /says who holds it/,
    bent((store) => ({
      acquire: (sessionId, request) =>
        store.acquire(sessionId, request).catch(() => {
          throw new SessionBusyError(sessionId, {})
        }),
    })),
  ],
  [
    'has one lease for all',
    /held one by one/,
    bent((store) => ({ acquire: (_, request) => store.acquire('all', request) })),
  ],
  [
    'counts tokens anew for each owner',
    /a higher token/,
    ({ clock }) => {
      let store = createMemoryStore({ clock })
      return {
        ...store,
        acquire: (...asked) => store.acquire(...asked),
        commit: (...asked) => store.commit(...asked),
        async release() {
          store = createMemoryStore({ clock })
        },
      }
    },
  ],
  ['gives nothing back', /free at once/, bent(() => ({ release: async () => {} }))],
  [
    'minds being given a lease twice',
    /given back twice/,
    bent((store) => {
      const released = new Set<number>()
      return {
        async release(lease) {
          if (released.has(lease.token)) throw new Error('it was released')
          released.add(lease.token)
          await store.release(lease)
        },
      }
    }),
  ],
  ['never ends a lease', /that has run out writes no more/, clocked(() => 1_000)],
  [
    'believes what a lease says',
    /not what the lease says/,
    ({ clock }) => {
      const store = createMemoryStore({ clock: { ...clock, now: () => 1_000 } })
      return {
        ...store,
        async commit(lease, head, commit) {
          if (lease.expiresAt <= clock.now()) throw new SessionConflictError(lease.sessionId, 'expired')
          return store.commit(lease, head, commit)
        },
      }
    },
  ],
  [
    'lets an old owner write',
    /an owner who slept/,
    bent((store) => {
      let newest: Awaited<ReturnType<SessionStore['acquire']>> | undefined
      return {
        async acquire(...asked) {
          newest = await store.acquire(...asked)
          return newest
        },
        commit: (lease, head, commit) => store.commit(newest ?? lease, head, commit),
      }
    }),
  ],
  ['renews nothing', /that is renewed holds/, bent(() => ({ renew: async (lease) => lease }))],
  [
    'renews under a new token',
    /that is renewed holds/,
    bent((store) => ({
      async renew(lease, ttlMs) {
        await store.release(lease)
        return store.acquire(lease.sessionId, { ttlMs, holder: lease.holder, runId: 'renewed' })
      },
    })),
  ],
  [
    'takes any token that is high',
    /nobody was given/,
    bent((store) => {
      let newest: Awaited<ReturnType<SessionStore['acquire']>> | undefined
      return {
        async acquire(...asked) {
          newest = await store.acquire(...asked)
          return newest
        },
        commit: (lease, head, commit) =>
          store.commit(newest !== undefined && lease.token > newest.token ? newest : lease, head, commit),
      }
    }),
  ],
  [
    'says another head',
    /appends in order/,
    bent((store) => ({ commit: async (...asked) => (await store.commit(...asked)) - 1 })),
  ],
  [
    'appends behind whatever is there',
    /another head than is expected/,
    bent((store) => ({
      async commit(lease, _, commit) {
        let head = 0
        for await (const __ of store.read(lease.sessionId)) head++
        return store.commit(lease, head, commit)
      },
    })),
  ],
  ['looks before it writes, and not while', /of several commits to one head/, hasty],
  ['writes one by one', /a commit that fails leaves nothing/, piecemeal],
  [
    'drops fields that it does not know',
    /every value is read back/,
    rewriting((record) => {
      if (!('later' in record)) return record
      const { later: _, ...known } = record
      return known
    }),
  ],
  [
    'replaces what no UTF-8 can say',
    /every value is read back/,
    reviving((part) => (typeof part === 'string' ? part.toWellFormed() : part)),
  ],
  [
    'keeps the beginning of what is long',
    /big records, and many/,
    reviving((part) => (typeof part === 'string' ? part.slice(0, 65_535) : part)),
  ],
  ['reads from the start', /reading begins where/, bent((store) => ({ read: (sessionId) => store.read(sessionId) }))],
  [
    'starts again when somebody writes',
    /reading goes on in order/,
    bent((store) => ({
      async *read(sessionId, from = 0) {
        const before: StoreRecord[] = []
        for await (const record of store.read(sessionId, from)) {
          before.push(record)
          yield record
          if (before.length === 5) yield* store.read(sessionId, from)
        }
      },
    })),
  ],
  [
    'is closed by a reader that leaves',
    /leaving a reading/,
    bent((store) => {
      let isClosed = false
      return {
        async *read(sessionId, from) {
          let isWhole = false
          try {
            yield* store.read(sessionId, from)
            isWhole = true
          } finally {
            isClosed ||= !isWhole
          }
        },
        commit: (...asked) => (isClosed ? Promise.reject(new Error('closed')) : store.commit(...asked)),
      }
    }),
  ],
  ['shares what it is given', /what somebody does/, sharing({ in: false, out: true })],
  ['shares what it gives', /what somebody does/, sharing({ in: true, out: false })],
  [
    'lists no metadata',
    /the list has each session/,
    bent((store) => ({
      async *list() {
        for await (const session of store.list()) yield { ...session, metadata: {} }
      },
    })),
  ],
  [
    'takes two ids for one',
    /many sessions, under any ids/,
    ({ clock }) => {
      const store = createMemoryStore({ clock })
      return {
        ...store,
        acquire: (sessionId, request) => store.acquire(sessionId.toLowerCase(), request),
        read: (sessionId, from) => store.read(sessionId.toLowerCase(), from),
      }
    },
  ],
  [
    'lets two sessions run',
    /of two sessions on one store/,
    bent((store) => ({
      acquire: (sessionId, request) =>
        store.acquire(sessionId, request).catch(() => ({ sessionId, token: 1, holder: 'all', expiresAt: 1e15 })),
    })),
  ],
  [
    'takes what is old',
    /whose state is old/,
    bent((store) => ({
      async commit(lease, _, commit) {
        let head = 0
        for await (const __ of store.read(lease.sessionId)) head++
        return store.commit(lease, head, commit)
      },
    })),
  ],
  [
    'writes later than it says',
    /stored before the engine is called/,
    bent((store) => {
      let waiting: (() => Promise<unknown>) | undefined
      return {
        async commit(lease, head, commit) {
          await waiting?.()
          waiting = () => store.commit(lease, head, commit)
          return head + commit.records.length
        },
      }
    }),
  ],
  [
    'drops blocks that it does not know',
    /opened again is as it was/,
    reviving((part, name) =>
      name === 'parts' && Array.isArray(part)
        ? part.filter((block) => block.kind !== 'unknown' && block.kind !== 'hologram')
        : part,
    ),
  ],
  [
    'writes nothing of a run that was cancelled',
    /cancelled in the middle/,
    bent((store) => ({
      commit: async (lease, head, commit) =>
        commit.records.some((record) => record.type === 'run-settled' && record.status === 'cancelled')
          ? head + commit.records.length
          : store.commit(lease, head, commit),
    })),
  ],
  [
    'has room for few',
    /many sessions at once/,
    bent((store) => {
      const ids = new Set<string>()
      return {
        acquire: (sessionId, request) =>
          ids.add(sessionId).size > 10 ? Promise.reject(new Error('full')) : store.acquire(sessionId, request),
      }
    }),
  ],
]

describe('a broken store fails the case of the rule that it breaks', () => {
  it.each(broken)('%s', async (_, rule, createStore) => {
    const found = storeConformance({ createStore, limitMs: 500 }).filter(({ name }) => rule.test(name))
    expect(found).toHaveLength(1)
    for (const { name, run } of found) await expect(run()).rejects.toThrow(name)
  })

  it('so that every case has caught one', () => {
    const names = storeConformance({ createStore: createMemoryStore }).map(({ name }) => name)
    expect(names.filter((name) => !broken.some(([, rule]) => rule.test(name)))).toEqual([])
  })
})
