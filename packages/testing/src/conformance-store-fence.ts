import type { Lease, SessionStore } from '@geppetto/session'
import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { type DefineStoreCase, titled } from './conformance-store.ts'
import { eventAt } from './conformance-store-events.ts'
import { checkBusy, checkRefused } from './conformance-store-lease.ts'

/** What a lease guards beside who may commit. */
export function fenceCases(define: DefineStoreCase): readonly ConformanceCase[] {
  const record = titled('conformance')
  return [
    define('P3: of several commits to one head at once, one is taken, whole', async ({ store, acquire }) => {
      const lease = await acquire()
      const batches = ['a', 'b', 'c', 'd'].map((name) => [titled(name), titled(`${name}${name}`)])
      const outcomes = await Promise.allSettled(batches.map((batch) => store.commit(lease, 0, { records: batch })))
      const taken = batches.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      check(taken.length === 1, `${taken.length} commits to one head were taken`)
      checkSame(await collectAll(store.read('s')), taken[0], 'it has other records')
    }),
    define('P3: events alone are taken from the newest owner, and from nobody else', async (tested) => {
      const { store, other, acquire, wait, leaseMs } = tested
      const append = (through: SessionStore, lease: Lease) => through.appendEvents(lease, { events: [eventAt(9, 9)] })
      const first = await acquire()
      await store.release(first)
      await checkRefused(append(store, first), 'an event under a lease that was given back')
      const second = await acquire()
      await checkRefused(append(store, { ...second, token: second.token + 1 }), 'an event under a lease of nobody')
      await wait(leaseMs * 2)
      await checkRefused(append(store, second), 'an event under a lease that has run out')
      const third = await acquire({ store: other })
      await checkRefused(append(store, second), 'an event under an old lease')
      checkSame(await collectAll(store.readEvents('s')), [], 'it has events')
      await append(other, third)
      checkSame(await collectAll(store.readEvents('s')), [eventAt(9, 9)], 'it has other events')
    }),
    define('P3: a commit that gives the lease back ends it in the same step', async ({ store, other, acquire }) => {
      const lease = await acquire()
      await store.commit(lease, 0, { records: [record], release: true })
      await checkRefused(store.commit(lease, 1, { records: [record] }), 'a commit under a lease that was given back')
      const next = await acquire({ store: other })
      check((await other.commit(next, 1, { records: [record] })) === 2, 'the head after two records is not 2')
    }),
    define('P3: a commit that is refused gives no lease back', async ({ store, other, acquire }) => {
      const lease = await acquire()
      await checkRefused(store.commit(lease, 3, { records: [record], release: true }), 'a commit to another head')
      checkBusy(await rejectionOf(acquire({ store: other }), 'a lease of what another holds'))
      await store.commit(lease, 0, { records: [record] })
    }),
    define('P4: a request to cancel reaches the owner of the run, with the first reason', async (tested) => {
      const { store, other, acquire, leaseMs } = tested
      const lease = await acquire({ runId: 'run_7' })
      checkSame(await reasonOf(store, lease), undefined, 'somebody asked before')
      for (const reason of ['first', 'second'])
        check(await other.requestCancel('s', 'run_7', reason), `the ${reason} request was not taken`)
      checkSame(await reasonOf(store, lease), 'first', 'the reason is another')
      const renewed = await store.renew(lease, leaseMs)
      checkSame(await reasonOf(store, renewed), 'first', 'after a renewal the reason is another')
      await store.commit(renewed, 0, { records: [record] })
    }),
    define('P4: a request to cancel is for the run that holds the session, and for no other', async (tested) => {
      const { store, other, acquire, wait, leaseMs } = tested
      const ask = (runId: string) => other.requestCancel('s', runId, 'please')
      check(!(await ask('run_1')), 'it was taken for a session that nobody holds')
      const first = await acquire({ runId: 'run_1' })
      check(!(await ask('run_2')), 'it was taken for another run')
      checkSame(await reasonOf(store, first), undefined, 'the run hears of a request for another')
      check(await ask('run_1'), 'it was not taken for the run that holds')
      await store.release(first)
      check(!(await ask('run_1')), 'it was taken for a run that has given its lease back')
      const second = await acquire({ runId: 'run_2' })
      checkSame(await reasonOf(store, second), undefined, 'the next run hears of the request for the one before')
      check(await ask('run_2'), 'it was not taken for the next run')
      checkSame(await reasonOf(store, first), undefined, 'an old owner hears of a request for the next')
      await wait(leaseMs * 2)
      check(!(await ask('run_2')), 'it was taken for a run whose lease has run out')
    }),
    define(
      'P4: a lease that is renewed for another run is for that one',
      async ({ store, other, acquire, leaseMs }) => {
        const lease = await acquire({ runId: 'run_1' })
        await other.requestCancel('s', 'run_1', 'please')
        const next = await store.renew(lease, leaseMs, 'run_2')
        checkSame(next.token, lease.token, 'its token is another')
        checkSame(await reasonOf(store, next), undefined, 'the run hears of a request for the one before')
        check(!(await other.requestCancel('s', 'run_1', 'please')), 'a request was taken for the run before')
        await store.commit(next, 0, { records: [record] })
        checkSame((await other.find('s'))?.active?.runId, 'run_2', 'its run is another')
        check(await other.requestCancel('s', 'run_2', 'please'), 'no request was taken for the run')
        checkSame(await reasonOf(store, next), 'please', 'the run does not hear of it')
      },
    ),
    define('P3: a session that is held is not deleted', async ({ store, other, acquire, wait, leaseMs }) => {
      const lease = await acquire({ holder: 'somebody', runId: 'run_7' })
      await store.commit(lease, 0, { records: [record] })
      const busy = checkBusy(await rejectionOf(other.delete('s'), 'to delete what somebody holds'))
      checkSame({ holder: busy.holder, runId: busy.runId }, { holder: 'somebody', runId: 'run_7' }, 'it says otherwise')
      await store.commit(lease, 1, { records: [record] })
      await wait(leaseMs * 2)
      await other.delete('s')
      checkSame(await collectAll(store.read('s')), [], 'it has records')
    }),
    define('P3: an old lease opens nothing when the session was deleted and made again', async (tested) => {
      const { store, other, acquire } = tested
      const old = await acquire()
      await store.commit(old, 0, { records: [record], release: true })
      await other.delete('s')
      await checkRefused(store.commit(old, 0, { records: [record] }), 'a commit to a session that was deleted')
      const lease = await acquire({ store: other })
      check(lease.token > old.token, `token ${lease.token} follows token ${old.token}`)
      await checkRefused(store.commit(old, 0, { records: [record] }), 'a commit under an old lease')
      await checkRefused(store.renew(old, 1_000), 'to renew an old lease')
      await other.commit(lease, 0, { records: [record] })
    }),
    define('P3: the list says which run holds a session, and until when', async (tested) => {
      const { store, other, acquire, fill, wait, leaseMs } = tested
      await fill('s', [record])
      const activeOf = async () => {
        const [listed] = await collectAll(other.list())
        checkSame(await other.find('s'), listed, 'one session by itself is shown otherwise')
        return listed?.active
      }
      checkSame(await activeOf(), undefined, 'a session that nobody holds has a run')
      const lease = await acquire({ holder: 'somebody', runId: 'run_7' })
      const active = { runId: 'run_7', holder: 'somebody', expiresAt: lease.expiresAt }
      checkSame(await activeOf(), active, 'its run is another')
      await store.release(lease)
      checkSame(await activeOf(), undefined, 'it has a run when the lease was given back')
      await acquire()
      await wait(leaseMs * 2)
      checkSame(await activeOf(), undefined, 'it has a run when the lease has run out')
    }),
  ]
}

async function reasonOf(store: SessionStore, lease: Lease): Promise<string | undefined> {
  return (await store.readInbox(lease)).cancelReason
}
