import { isSessionBusyError, isSessionConflictError, type Lease, type SessionBusyError } from '@geppetto/session'
import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { type DefineStoreCase, titled } from './conformance-store.ts'

const contenders = 20

/** Who may write, and for how long. */
export function leaseCases(define: DefineStoreCase): readonly ConformanceCase[] {
  const record = titled('conformance')
  return [
    define(
      'P3: of many who ask for a session at once, one gets it',
      async ({ store, other, acquire, wait, leaseMs }) => {
        const ask = async (): Promise<Lease> => {
          const asked = Array.from({ length: contenders }, (_, index) =>
            acquire({ store: index % 2 === 0 ? store : other, runId: `run_${index}` }),
          )
          const outcomes = await Promise.allSettled(asked)
          const leases = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
          check(leases[0] !== undefined && leases.length === 1, `${leases.length} of ${contenders} got the lease`)
          for (const outcome of outcomes) if (outcome.status === 'rejected') checkBusy(outcome.reason)
          return leases[0]
        }
        const first = await ask()
        await wait(leaseMs * 2)
        const second = await ask()
        checkNewer(second, first)
        await other.commit(second, 0, { records: [record] })
      },
    ),
    define('P3: a session that is held says who holds it, and for which run', async ({ other, acquire }) => {
      await acquire({ holder: 'somebody', runId: 'run_7' })
      const busy = checkBusy(await rejectionOf(acquire({ store: other, runId: 'run_8' }), 'a second lease'))
      checkSame({ holder: busy.holder, runId: busy.runId }, { holder: 'somebody', runId: 'run_7' }, 'it says otherwise')
    }),
    define('P3: sessions are held one by one', async ({ acquire }) => {
      const [one, two] = await Promise.all([acquire({ sessionId: 'one' }), acquire({ sessionId: 'two' })])
      checkSame([one.sessionId, two.sessionId], ['one', 'two'], 'the leases are of other sessions')
    }),
    define('P3: each owner gets a higher token, whichever way the one before it ended', async (tested) => {
      const { store, other, acquire, wait, leaseMs } = tested
      const first = await acquire()
      await store.release(first)
      const second = await acquire({ store: other })
      checkNewer(second, first)
      await wait(leaseMs * 2)
      const third = await acquire()
      checkNewer(third, second)
      await store.commit(third, 0, { records: [record] })
      await store.release(third)
      checkNewer(await acquire({ store: other }), third)
    }),
    define('P3: a token is at least what is asked for, and the next owner comes behind it', async (tested) => {
      const { store, other, acquire } = tested
      const first = await acquire()
      await store.release(first)
      const minToken = first.token + 1_000
      const second = await acquire({ minToken })
      check(second.token >= minToken, `the token is ${second.token}, where at least ${minToken} was asked for`)
      await store.commit(second, 0, { records: [record], release: true })
      const third = await acquire({ store: other, minToken: 1 })
      checkNewer(third, second)
      await other.release(third)
      checkNewer(await acquire(), third)
    }),
    define('P3: a lease that was given back is free at once, and writes no more', async ({ store, other, acquire }) => {
      const lease = await acquire()
      await store.release(lease)
      await checkRefused(store.commit(lease, 0, { records: [record] }), 'a commit under a lease that was given back')
      await acquire({ store: other })
    }),
    define('P3: a lease may be given back twice, and an old one lets no newer one go', async (tested) => {
      const { store, other, acquire } = tested
      const old = await acquire()
      await store.release(old)
      await store.release(old)
      const lease = await acquire({ store: other })
      await store.release(old)
      checkBusy(await rejectionOf(acquire(), 'a lease of what another holds'))
      await other.commit(lease, 0, { records: [record] })
    }),
    define('P3: a lease that has run out writes no more, cannot be renewed, and is free', async (tested) => {
      const { store, acquire, wait, leaseMs } = tested
      const lease = await acquire()
      await wait(leaseMs * 2)
      await checkRefused(store.commit(lease, 0, { records: [record] }), 'a commit under a lease that has run out')
      await checkRefused(store.renew(lease, leaseMs), 'to renew a lease that has run out')
      await acquire({ store: tested.other })
    }),
    define('P3: the store’s clock says when a lease has run out, not what the lease says', async (tested) => {
      const { store, acquire, wait, leaseMs } = tested
      const lease = await acquire()
      await wait(leaseMs * 2)
      const forged: Lease = { ...lease, expiresAt: lease.expiresAt + 1_000_000 }
      await checkRefused(store.commit(forged, 0, { records: [record] }), 'a commit under a lease with another time')
    }),
    define(
      'P3: an owner who slept cannot write over the next one',
      async ({ store, other, acquire, wait, leaseMs }) => {
        const old = await acquire()
        await wait(leaseMs * 2)
        const lease = await acquire({ store: other })
        await checkRefused(store.commit(old, 0, { records: [record] }), 'a commit with an old token')
        await checkRefused(store.renew(old, leaseMs), 'to renew with an old token')
        await other.commit(lease, 0, { records: [record] })
        await checkRefused(store.commit(old, 1, { records: [record] }), 'a commit with an old token')
        checkSame(await collectAll(store.read('s')), [record], 'the session has other records')
      },
    ),
    define('P3: a lease that is renewed holds for longer, under its token', async (tested) => {
      const { store, other, acquire, wait, leaseMs } = tested
      let lease = await acquire()
      const { token } = lease
      for (let round = 0; round < 3; round++) {
        await wait(leaseMs / 2)
        lease = await store.renew(lease, leaseMs)
      }
      check(lease.token === token, `the token changed from ${token} to ${lease.token}`)
      checkBusy(await rejectionOf(acquire({ store: other }), 'a lease of what another holds'))
      await store.commit(lease, 0, { records: [record] })
    }),
    define('P3: a lease that nobody was given opens nothing', async ({ store, acquire }) => {
      const lease = await acquire()
      for (const token of [lease.token + 1, 0, -1])
        await checkRefused(store.commit({ ...lease, token }, 0, { records: [record] }), `a commit with token ${token}`)
      await checkRefused(
        store.commit({ ...lease, sessionId: 'other' }, 0, { records: [record] }),
        'a commit to another session',
      )
      checkSame(await collectAll(store.read('other')), [], 'the other session has records')
    }),
  ]
}

/** @throws Error unless it is a `SessionBusyError`. */
export function checkBusy(error: unknown): SessionBusyError {
  check(isSessionBusyError(error), `it rejected with ${String(error)}, which is no SessionBusyError`)
  return error
}

/** @throws Error unless it rejects with a `SessionConflictError`. */
export async function checkRefused(promise: Promise<unknown>, what: string): Promise<void> {
  const error = await rejectionOf(promise, what)
  check(isSessionConflictError(error), `${what} rejected with ${String(error)}, which is no SessionConflictError`)
}

function checkNewer(lease: Lease, before: Lease): void {
  check(lease.token > before.token, `token ${lease.token} follows token ${before.token}`)
}
