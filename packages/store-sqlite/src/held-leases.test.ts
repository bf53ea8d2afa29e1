import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createManualClock } from '@geppetto/context/manual-clock'
import { expect, it } from 'vitest'
import { Connection } from './connection.ts'
import { openDatabase } from './open-database.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { createSqliteStore } from './sqlite-store.ts'
import { makeFolder, openStore, put, request, titled } from './store-file.test-helper.ts'

/** A store on a disk that is full while `isFull`, and what it wants to be called back for. */
function storeOnSmallDisk(path: string) {
  const open = openDatabase(path, 0)
  const clock = createManualClock()
  const waiting: (() => void)[] = []
  const processes = { self: undefined, hasEnded: () => false }
  const store = createSqliteStore(path, new Connection(open, path, 0), {
    ...{ durability: 'process', clock, processes },
    later: (callback) => waiting.push(callback),
  })
  // Whatever is written is refused, as it is on a disk without room.
  const fill = () => open.database.exec('PRAGMA query_only = ON')
  const makeRoom = () => open.database.exec('PRAGMA query_only = OFF')
  const callBack = async () => {
    for (const callback of waiting.splice(0)) callback()
    // Behind what was begun by it, as writes take turns.
    await store.requestCancel('nobody', 'run', 'x').catch(() => {})
  }
  return { store, clock, waiting, fill, makeRoom, callBack }
}

const isBusy = { code: 'session_busy' }
const cannotWrite = { code: 'store_failed' }

it('a lease that could not be given back is free for this store as soon as it can write', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const { store, fill, makeRoom } = storeOnSmallDisk(path)
  const lease = await store.acquire('s', request)
  await store.commit(lease, 0, { records: [titled('one')] })
  fill()
  await expect(store.release(lease)).rejects.toMatchObject(cannotWrite)
  await expect(store.acquire('s', request)).rejects.toMatchObject(cannotWrite)
  makeRoom()
  const next = await store.acquire('s', request)
  expect(next.token).toBeGreaterThan(lease.token)
  await expect(store.commit(lease, 1, { records: [] })).rejects.toMatchObject({ code: 'session_conflict' })
  expect(await store.commit(next, 1, { records: [titled('two')] })).toBe(2)
  store.close()
})

it('and for all others within a moment, as it is given back again', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const { store, waiting, fill, makeRoom, callBack } = storeOnSmallDisk(path)
  const other = openStore(path, { clock: createManualClock() })
  const lease = await store.acquire('s', request)
  fill()
  await expect(store.release(lease)).rejects.toMatchObject(cannotWrite)
  await callBack()
  await expect(other.acquire('s', request)).rejects.toMatchObject(isBusy)
  expect(waiting).toHaveLength(1)
  makeRoom()
  await callBack()
  expect((await other.acquire('s', request)).token).toBeGreaterThan(lease.token)
  expect(waiting).toEqual([])
  store.close()
})

it('and no more once it was written off with another write', async () => {
  const { store, waiting, fill, makeRoom, callBack } = storeOnSmallDisk(join(makeFolder(), 'sessions.sqlite'))
  const lease = await store.acquire('s', request)
  fill()
  await expect(store.release(lease)).rejects.toMatchObject(cannotWrite)
  makeRoom()
  await store.acquire('other', request)
  fill()
  await callBack()
  expect(waiting).toEqual([])
  store.close()
})

it('and is forgotten when it has run out', async () => {
  const { store, clock, waiting, fill, callBack } = storeOnSmallDisk(join(makeFolder(), 'sessions.sqlite'))
  const lease = await store.acquire('s', request)
  fill()
  await expect(store.release(lease)).rejects.toMatchObject(cannotWrite)
  await clock.advance(request.ttlMs)
  await callBack()
  expect(waiting).toEqual([])
  store.close()
})

it('a store that is closed holds nothing any more, and takes nothing from others', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const [store, other] = [openSqliteStore(path), openStore(path)]
  await store.acquire('mine', request)
  const theirs = await other.acquire('theirs', request)
  store.close()
  await other.acquire('mine', request)
  expect(await other.commit(theirs, 0, { records: [titled('one')] })).toBe(1)
})

it('and gives back what was taken with the very write that it was closed after', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const [store, other] = [openSqliteStore(path), openStore(path)]
  const lease = await store.acquire('mine', request)
  const closing = store.renew(lease, request.ttlMs).then(() => store.close())
  const taken = store.acquire('late', request)
  await closing
  await taken
  for (const sessionId of ['mine', 'late']) await other.acquire(sessionId, request)
})

it('a store can be closed while another process is writing', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const store = openSqliteStore(path)
  await put(store, 's')
  await store.acquire('s', request)
  const writing = new DatabaseSync(path)
  writing.exec('BEGIN IMMEDIATE')
  store.close()
  writing.close()
  await expect(openStore(path).acquire('s', request)).rejects.toMatchObject(isBusy)
})
