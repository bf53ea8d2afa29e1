import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { checksum } from './checksum.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { collect, makeFolder, openStore, put, request, titled } from './store-file.test-helper.ts'

const hash = (name: string): string => `sha256-${name}`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a reader', () => {
  it('reads in pages, and holds up no writer and no clearing of the log between them', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: Array.from({ length: 1_000 }, (_, index) => titled(`${index}`)) })
    const reader = openStore(path).read('s')[Symbol.asyncIterator]()
    for (let count = 0; count < 300; count++) await reader.next()
    await put(store, 's', { records: [titled('last')] })
    const other = new DatabaseSync(path)
    // https://sqlite.org/pragma.html#pragma_wal_checkpoint: busy is 1 where a reader stood in the way.
    expect(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0 })
    other.close()
    let rest = 0
    while ((await reader.next()).done !== true) rest++
    expect(rest).toBe(701)
  })

  it('has no more than a page of big records in memory', async () => {
    const store = openStore(':memory:')
    const big = 'x'.repeat(200_000)
    await put(store, 's', { records: Array.from({ length: 10 }, (_, index) => titled(`${index}${big}`)) })
    const reader = store.read('s')[Symbol.asyncIterator]()
    await reader.next()
    await store.delete('s')
    await expect(
      (async () => {
        for (let count = 1; count < 10; count++) await reader.next()
      })(),
    ).rejects.toThrow(/deleted while it was read/)
  })

  it('gives big records and small ones as the lines that they are, in their order', async () => {
    const store = openStore(':memory:', { clock: createManualClock() })
    const big = 'x'.repeat(20_000)
    const records = Array.from({ length: 1_300 }, (_, index) => titled(`${index}${index < 600 ? big : ''}\n`))
    await put(store, 's', { records })
    const pages = await collect(store.readLines('s'))
    expect(pages.join('\n')).toBe(records.map((record) => JSON.stringify(record)).join('\n'))
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThan(2_000_000)
  })

  it('gives a record that somebody wrote in several lines as one', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one'), titled('two')] })
    const body = JSON.stringify(titled('six'), undefined, 2)
    const database = new DatabaseSync(path)
    database.prepare('UPDATE record SET body = ?, sum = ? WHERE position = 1').run(body, checksum(body, 's', 1))
    database.close()
    const lines = (await collect(store.readLines('s'))).join('\n').split('\n')
    expect(lines).toEqual([titled('one'), titled('six')].map((record) => JSON.stringify(record)))
  })

  it('is told when the session is deleted, and made anew, while it reads', async () => {
    const store = openStore(':memory:')
    const records = Array.from({ length: 600 }, (_, index) => titled(`old ${index}`))
    await put(store, 's', { records })
    const reader = store.read('s')[Symbol.asyncIterator]()
    await reader.next()
    await store.delete('s')
    await put(store, 's', { records: records.map(() => titled('new')) })
    const seen: unknown[] = []
    const reading = (async () => {
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) seen.push(next.value)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'no_such_session' })
    expect(seen).not.toContainEqual(titled('new'))
  })
})

describe('what is kept', () => {
  it('has ids that UTF-8 cannot say, apart', async () => {
    const store = openStore(join(makeFolder(), 'sessions.sqlite'))
    const ids = ['\ud800', '\ud801', '\ufffd', 'a\0b', 'a', '']
    for (const id of ids) await put(store, id, { records: [titled(id)] })
    for (const id of ids) expect(await collect(store.read(id))).toEqual([titled(id)])
    expect((await collect(store.list())).map(({ sessionId }) => sessionId).toSorted()).toEqual(ids.toSorted())
    const lease = await store.acquire('\ud800', { ...request, holder: '\ud801', runId: '\ud802' })
    expect(await store.requestCancel('\ud800', '\ud802', '\ud803')).toBe(true)
    expect(await store.readInbox(lease)).toEqual({ cancelReason: '\ud803', notes: [] })
    expect((await store.find('\ud800'))?.active).toMatchObject({ holder: '\ud801', runId: '\ud802' })
  })

  it('has each blob once, also an empty one, until the last session that has it is deleted', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    const shared = { hash: hash('a'), bytes: bytes('shared') }
    await put(store, 'one', { blobs: [shared, { hash: hash('b'), bytes: new Uint8Array() }] })
    await put(store, 'one', { blobs: [shared] })
    await put(store, 'two', { blobs: [shared] })
    expect(countOf(path, 'blob')).toBe(2)
    expect(await store.readBlob(hash('b'))).toEqual(new Uint8Array())
    await store.delete('one')
    expect(await store.readBlob(hash('b'))).toBeUndefined()
    expect(await store.readBlob(hash('a'))).toEqual(shared.bytes)
    await store.delete('two')
    expect(
      ['session', 'holding', 'record', 'event', 'blob', 'session_blob'].map((table) => countOf(path, table)),
    ).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('a store that is closed', () => {
  it('says so, and can be closed again', async () => {
    const store = openSqliteStore(':memory:')
    const lease = await store.acquire('s', request)
    store.close()
    store[Symbol.dispose]()
    const isClosed = { code: 'store_failed', reason: 'closed' }
    await expect(store.commit(lease, 0, { records: [] })).rejects.toMatchObject(isClosed)
    await expect(collect(store.read('s'))).rejects.toMatchObject(isClosed)
    await expect(collect(store.list())).rejects.toMatchObject(isClosed)
    await expect(store.find('s')).rejects.toMatchObject(isClosed)
  })

  it('gives up what was still to be written', async () => {
    const store = openSqliteStore(':memory:')
    const asked = store.acquire('s', request)
    store.close()
    await expect(asked).rejects.toMatchObject({ reason: 'closed' })
  })
})

it('a clock that tells no time grants nothing', async () => {
  const clock = createManualClock()
  let time = Number.NaN
  const store = openStore(':memory:', { clock: { ...clock, now: () => time } })
  await expect(store.acquire('s', request)).rejects.toMatchObject({ code: 'store_failed' })
  time = 1
  await put(store, 's')
})

describe('options', () => {
  it.each([{ lockTimeoutMs: -1 }, { lockTimeoutMs: Number.NaN }])('refuse %j', (options) => {
    expect(() => openSqliteStore(':memory:', options)).toThrow(/lockTimeoutMs/)
  })

  it('refuse a lease that holds for no time', async () => {
    await expect(openStore(':memory:').acquire('s', { ...request, ttlMs: Number.NaN })).rejects.toThrow(/ttlMs/)
  })
})

function countOf(path: string, table: string): number {
  const database = new DatabaseSync(path)
  const row = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()
  database.close()
  return Number(row?.rows)
}
