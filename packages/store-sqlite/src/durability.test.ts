import { createManualClock } from '@geppetto/context/manual-clock'
import { expect, it } from 'vitest'
import { Connection, type Durability } from './connection.ts'
import { openDatabase } from './open-database.ts'
import { createSqliteStore } from './sqlite-store.ts'
import { request, titled } from './store-file.test-helper.ts'

/** https://sqlite.org/pragma.html#pragma_synchronous */
const [normal, full] = [1, 2]

it.each<[Durability, number]>([
  ['disk', full],
  ['process', normal],
])('with %j a commit waits for the disk as it says, and nothing else does', async (durability, ofCommit) => {
  const { database } = openDatabase(':memory:', 0)
  const parts = {
    durability,
    clock: createManualClock(),
    processes: { self: undefined, hasEnded: () => false },
    later: () => {},
  }
  const store = createSqliteStore(':memory:', new Connection({ database }, ':memory:', 0), parts)
  const synchronous = () => database.prepare('PRAGMA synchronous').get()?.synchronous
  const lease = await store.acquire('s', request)
  expect(synchronous()).toBe(normal)
  await store.commit(lease, 0, { records: [titled('one')] })
  expect(synchronous()).toBe(ofCommit)
  await store.appendEvents(lease, { events: [{ epoch: 1, seq: 0, event: {} }] })
  expect(synchronous()).toBe(normal)
  await store.release(lease)
  await store.delete('s')
  expect(synchronous()).toBe(ofCommit)
  store.close()
})
