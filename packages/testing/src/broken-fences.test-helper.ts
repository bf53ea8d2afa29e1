import { createMemoryStore, type Inbox, type Lease, type SessionStore } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import { type BrokenStore, bent } from './broken-store.test-helper.ts'

/** Under whichever lease is the newest, whoever asks. */
const unfenced = (change: (store: SessionStore, newest: (lease: Lease) => Lease) => Partial<SessionStore>) =>
  bent((store) => {
    const leases = new Map<string, Lease>()
    const acquire: SessionStore['acquire'] = async (sessionId, request) => {
      const lease = await store.acquire(sessionId, request)
      leases.set(sessionId, lease)
      return lease
    }
    return { acquire, ...change(store, (lease) => leases.get(lease.sessionId) ?? lease) }
  })

/** What others want of the owner, with another reason to cancel its run. */
async function readWith(
  store: SessionStore,
  lease: Lease,
  change: (reason: string | undefined) => string | undefined,
): Promise<Inbox> {
  const { notes, cancelReason } = await store.readInbox(lease)
  return { notes, ...defined({ cancelReason: change(cancelReason) }) }
}

export const brokenFences: readonly BrokenStore[] = [
  ['says that it is open to all', /whether it keeps/, bent(() => ({ capabilities: { exclusive: false } }))],
  [
    'takes events from an old owner',
    /events alone are taken from/,
    unfenced((store, newest) => ({ appendEvents: (lease, batch) => store.appendEvents(newest(lease), batch) })),
  ],
  [
    'gives no lease back with a commit',
    /that gives the lease back ends it/,
    bent((store) => ({ commit: (lease, head, commit) => store.commit(lease, head, { ...commit, release: false }) })),
  ],
  [
    'gives the lease back whatever becomes of the commit',
    /refused gives no lease back/,
    bent((store) => ({
      commit: async (lease, head, commit) => {
        try {
          return await store.commit(lease, head, { ...commit, release: false })
        } finally {
          if (commit.release === true) await store.release(lease)
        }
      },
    })),
  ],
  [
    'keeps the last reason',
    /with the first reason/,
    bent((store) => {
      let last: string | undefined
      return {
        requestCancel: async (sessionId, runId, reason) => {
          const isTaken = await store.requestCancel(sessionId, runId, reason)
          if (isTaken) last = reason
          return isTaken
        },
        readInbox: (lease) => readWith(store, lease, (reason) => reason && last),
      }
    }),
  ],
  [
    'forgets a request when the lease is renewed',
    /with the first reason/,
    bent((store) => {
      const renewed = new Set<number>()
      return {
        renew: async (lease, ttlMs) => {
          renewed.add(lease.token)
          return store.renew(lease, ttlMs)
        },
        readInbox: (lease) => readWith(store, lease, (reason) => (renewed.has(lease.token) ? undefined : reason)),
      }
    }),
  ],
  [
    'cancels whichever run holds',
    /and for no other/,
    bent((store) => ({
      requestCancel: async (sessionId, _, reason) => {
        const runId = (await store.find(sessionId))?.active?.runId ?? 'run_1'
        return store.requestCancel(sessionId, runId, reason)
      },
    })),
  ],
  [
    'hands a request on to the next run',
    /and for no other/,
    bent((store) => {
      let asked: string | undefined
      return {
        requestCancel: async (sessionId, runId, reason) => {
          const isTaken = await store.requestCancel(sessionId, runId, reason)
          if (isTaken) asked ??= reason
          return isTaken
        },
        readInbox: (lease) => readWith(store, lease, () => asked),
      }
    }),
  ],
  [
    'deletes what is held',
    /that is held is not deleted/,
    bent((store) => {
      const gone = new Set<string>()
      return {
        delete: async (sessionId) => void gone.add(sessionId),
        read: (sessionId, from) => store.read(gone.has(sessionId) ? 'nobody' : sessionId, from),
      }
    }),
  ],
  [
    'counts owners anew when a session was deleted',
    /deleted and made again/,
    ({ clock }) => {
      let store = createMemoryStore({ clock })
      return {
        ...store,
        acquire: (...asked) => store.acquire(...asked),
        renew: (...asked) => store.renew(...asked),
        commit: (...asked) => store.commit(...asked),
        delete: async () => {
          store = createMemoryStore({ clock })
        },
      }
    },
  ],
  [
    'shows no run',
    /which run holds a session/,
    bent((store) => {
      const idle = async (sessionId: string) => {
        const { active: _, ...rest } = (await store.find(sessionId)) ?? {
          sessionId,
          head: 0,
          metadata: {},
          createdAt: 0,
          updatedAt: 0,
        }
        return rest
      }
      return {
        find: idle,
        async *list() {
          for await (const { sessionId } of store.list()) yield idle(sessionId)
        },
      }
    }),
  ],
  [
    'shows a run for ever',
    /which run holds a session/,
    bent((store) => {
      const expiresAt = 1e15
      let last: { readonly runId: string; readonly holder: string; readonly expiresAt: number } | undefined
      return {
        acquire: async (sessionId, request) => {
          const lease = await store.acquire(sessionId, request)
          last = { runId: request.runId, holder: request.holder, expiresAt: lease.expiresAt || expiresAt }
          return lease
        },
        find: async (sessionId) => {
          const found = await store.find(sessionId)
          return found && last ? { ...found, active: last } : found
        },
        async *list() {
          for await (const each of store.list()) yield last ? { ...each, active: last } : each
        },
      }
    }),
  ],
]
