import { createMemoryStore, SessionBusyError, SessionConflictError, type SessionStore } from '@geppetto/session'
import { type BrokenStore, bent, clocked } from './broken-store.test-helper.ts'

export const brokenLeases: readonly BrokenStore[] = [
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
    'counts its owners one by one',
    /at least what is asked for/,
    bent((store) => ({
      acquire: (sessionId, { ttlMs, holder, runId }) => store.acquire(sessionId, { ttlMs, holder, runId }),
    })),
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
]
