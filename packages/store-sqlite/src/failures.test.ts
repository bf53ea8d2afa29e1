import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createManualClock } from '@geppetto/context/manual-clock'
import { exportSession, pruneSession } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { Connection } from './connection.ts'
import { openDatabase } from './open-database.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { createSqliteStore } from './sqlite-store.ts'
import { collect, makeFolder, openStore, put, request, thrownBy, titled } from './store-file.test-helper.ts'

const big = (title: string) => titled(title.padEnd(100_000, '.'))

it('a full disk refuses what does not fit, loses nothing, and takes more when there is room', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const { database } = openDatabase(path, 0)
  const processes = { self: undefined, hasEnded: () => false }
  const parts = { durability: 'disk', clock: createManualClock(), processes, later: () => {} } as const
  const store = createSqliteStore(path, new Connection({ database }, path, 0), parts)
  const lease = await store.acquire('s', request)
  await store.commit(lease, 0, { records: [titled('one')] })
  database.exec('PRAGMA max_page_count = 60')
  const blobs = [{ hash: 'sha256-a', bytes: new Uint8Array(1_000_000) }]
  const full = await store.commit(lease, 1, { records: [titled('two')], blobs }).catch((error: unknown) => error)
  expect(full).toMatchObject({ code: 'store_failed', reason: 'disk_full' })
  expect(String(full)).toMatch(/make room and try again/)
  expect(await collect(store.read('s'))).toEqual([titled('one')])
  expect(await store.commit(lease, 1, { records: [titled('small')] })).toBe(2)
  database.exec('PRAGMA max_page_count = 10000')
  expect(await store.commit(lease, 2, { records: [titled('two')], blobs })).toBe(3)
  expect(await collect(openStore(path).read('s'))).toEqual([titled('one'), titled('small'), titled('two')])
  store.close()
})

it.skipIf(process.platform === 'win32')(
  'the limit of a file’s size is told of as a full disk is, and nothing is lost',
  async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const entry = new URL('../dist/index.js', import.meta.url).href
    const program = `
    const { openSqliteStore } = await import(${JSON.stringify(entry)})
    const store = openSqliteStore(${JSON.stringify(path)})
    const lease = await store.acquire('s', { ttlMs: 60_000, holder: 'me', runId: 'run_1' })
    const titled = (title) => ({ v: 1, type: 'session', metadata: { title } })
    await store.commit(lease, 0, { records: [titled('one')] })
    try { await store.commit(lease, 1, { records: [titled('x'.repeat(2_000_000))] }) }
    catch (error) { process.stdout.write([error.code, error.reason, error.message].join(' ')) }
    await store.commit(lease, 1, { records: [titled('two')], release: true })`
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 1000; exec "$0" --input-type=module --eval "$1"', process.execPath, program],
      { encoding: 'utf8' },
    )
    expect(stdout + stderr).toMatch(/^store_failed disk_full .*limit of a file’s size \(ulimit -f\).*make room/)
    expect(await collect(openStore(path).read('s'))).toEqual([titled('one'), titled('two')])
  },
)

describe.skipIf(process.platform === 'win32')('a file that is deleted while it is open', () => {
  it('takes no commit that nobody could read any more', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    const lease = await store.acquire('s', request)
    await store.commit(lease, 0, { records: [titled('one')] })
    const away = `${path}.away`
    renameSync(path, away)
    const error = await store.commit(lease, 1, { records: [titled('two')] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_failed', reason: 'moved' })
    renameSync(away, path)
    expect(await store.commit(lease, 1, { records: [titled('two')] })).toBe(2)
  })

  it('or that another file has taken the place of', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    const lease = await store.acquire('s', request)
    renameSync(path, `${path}.away`)
    copyFileSync(`${path}.away`, path)
    await expect(store.commit(lease, 0, { records: [] })).rejects.toMatchObject({ reason: 'moved' })
  })
})

describe('a damaged page', () => {
  it('is told of, and what does not lie in it is read as before', async () => {
    const folder = makeFolder()
    const [path, whole] = [join(folder, 'sessions.sqlite'), join(folder, 'whole.sqlite')]
    const store = openSqliteStore(path)
    await put(store, 'sound', { records: [titled('sound')] })
    await put(store, 's', { records: [big('one')] })
    await put(store, 's', { records: [big('two')] })
    store.close()
    copyFileSync(path, whole)
    // The page in which both records begin.
    const place = readFileSync(path).indexOf('{"v":1,"type":"session","metadata":{"title":"two')
    const file = openSync(path, 'r+')
    const page = Math.floor(place / 4096)
    writeSync(file, new Uint8Array(4096).fill(0xff), 0, 4096, page * 4096)

    const broken = openStore(path)
    const error = await collect(broken.read('s')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_failed', reason: 'damaged', record: 0 })
    expect(String(error)).toMatch(/restore a backup.* \(record 0 of session s: /)
    expect(String(error)).toContain(path)
    expect(await collect(openStore(whole).read('s'))).toEqual([big('one'), big('two')])
  })

  it('of a header leaves the file as it is', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openSqliteStore(path)
    await put(store, 's')
    store.close()
    writeSync(openSync(path, 'r+'), new Uint8Array(100).fill(1), 0, 100, 0)
    const before = readFileSync(path)
    expect(thrownBy(() => openSqliteStore(path))).toMatchObject({ code: 'store_failed', reason: 'not_a_store' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('that holds text which is no JSON is told of', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one')] })
    change(path, `UPDATE record SET body = '{"v":1,'`)
    await expect(collect(store.read('s'))).rejects.toMatchObject({ code: 'store_failed', reason: 'damaged' })
    change(path, `UPDATE record SET body = '{"type":"session"}'`)
    await expect(collect(store.read('s'))).rejects.toMatchObject({ code: 'store_failed', reason: 'damaged' })
  })
})

describe('a file in which something else stands than was written', () => {
  const events = { events: [{ epoch: 1, seq: 1, event: { said: 'something' } }] }
  it.each([
    ['another text', 1, `UPDATE record SET body = replace(body, 'two', 'six')`],
    [
      'records in each other’s places',
      1,
      `UPDATE record SET position = 12 - position WHERE position > 0; UPDATE record SET position = position - 9 WHERE position > 0`,
    ],
    [
      'records of another session',
      0,
      `UPDATE session SET id = '"x"' WHERE id = '"s"'; UPDATE session SET id = '"s"' WHERE id = '"other"'`,
    ],
    ['a record less', 1, `DELETE FROM record WHERE position = 1`],
    ['a last record less', 2, `DELETE FROM record WHERE position = 2`],
    ['no JSON', 2, `UPDATE record SET body = '{"v":1,' WHERE position = 2`],
    ['bytes', 2, `UPDATE record SET body = x'00' WHERE position = 2`],
  ])('is told of, with file, session and record: %s', async (_, record, damage) => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 'other', { records: [titled('five'), titled('six'), titled('seven')], events })
    await put(store, 's', { records: [titled('one'), titled('two'), titled('three')], events })
    change(path, damage)
    const error = await collect(store.read('s')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_failed', reason: 'damaged', record })
    expect(String(error)).toContain(path)
    expect(String(error)).toContain(`record ${record} of session s`)
    const ofLines = await collect(store.readLines('s')).catch((thrown: unknown) => thrown)
    expect(String(ofLines)).toBe(String(error))
  })

  it('is told of, with its record, in the middle of many that are read at once', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: Array.from({ length: 2_000 }, (_, index) => titled(`no ${index}`)) })
    change(path, `UPDATE record SET body = replace(body, 'no 700', 'no 77') WHERE position = 700`)
    const read: string[] = []
    const reading = (async () => {
      for await (const lines of store.readLines('s')) read.push(lines)
    })()
    await expect(reading).rejects.toMatchObject({ reason: 'damaged', record: 700 })
    expect(read.join('\n').split('\n')).toHaveLength(700)
  })

  it('gives what stands before it', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one'), titled('two'), titled('three')] })
    change(path, `UPDATE record SET body = '{' WHERE position = 2`)
    const read: unknown[] = []
    const reading = (async () => {
      for await (const record of store.read('s')) read.push(record)
    })()
    await expect(reading).rejects.toMatchObject({ reason: 'damaged', record: 2 })
    expect(read).toEqual([titled('one'), titled('two')])
  })

  it('is told of, an event too', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one')], events })
    change(path, `UPDATE event SET body = replace(body, 'something', 'somethings')`)
    const told = await collect(store.readEvents('s'))
    expect(told).toMatchObject([{ epoch: 1, seq: 1, event: { type: 'damaged' } }])
    expect(told[0]?.damage).toMatch(/sessions\.sqlite: .*the event { epoch: 1, seq: 1 } of session s: body is not/)
    expect(await collect(store.read('s'))).toEqual([titled('one')])
  })

  it('can be thrown away with older events, and keeps no session from its export', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one')], events })
    change(path, `UPDATE event SET body = x'00'`)
    const lines = await collect(exportSession(store, 's'))
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ end: { events: 0, damagedEvents: [{ epoch: 1, seq: 1 }] } })
    expect(await pruneSession(store, 's', { keepRuns: 0 })).toBe(1)
    expect(await collect(store.readEvents('s'))).toMatchObject([{ epoch: 1, seq: 1, event: { type: 'gap', count: 1 } }])
  })

  it('is not said to be helped by what SQLite itself can mend', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one'), titled('two')] })
    change(path, `UPDATE record SET body = '{}' WHERE position = 1`)
    await expect(collect(store.read('s'))).rejects.toThrow(/restore a backup, or save what is sound with exportSession/)
    const lines = await collect(exportSession(store, 's', { damaged: 'leave-out' }))
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ end: { records: 1, damagedRecord: 1 } })
  })

  it('is told of, a lease and what a list says too', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's')
    await store.acquire('s', request)
    change(path, `UPDATE holding SET holder = 'no JSON'`)
    const asked = await store.acquire('s', request).catch((thrown: unknown) => thrown)
    expect(String(asked)).toMatch(/sessions\.sqlite: .*session s: holder is no JSON/)
  })

  it.each([`metadata = 'no JSON'`, `metadata = x'00'`, `metadata = '{"title":"evil"}'`])(
    'lists a session by its records where its row has %s',
    async (damage) => {
      const path = join(makeFolder(), 'sessions.sqlite')
      const store = openStore(path)
      await put(store, 's', { records: [titled('one'), { v: 1, type: 'hologram' }] })
      change(path, `UPDATE session SET ${damage}`)
      expect(await collect(store.list())).toMatchObject([{ sessionId: 's', metadata: { title: 'one' } }])
    },
  )

  it('lists the sound sessions, and tells of the others behind them', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    for (const id of ['one', 'two', 'three']) await put(store, id)
    change(path, `UPDATE session SET id = 'no JSON' WHERE id = '"two"'`)
    const listed: string[] = []
    const listing = (async () => {
      for await (const { sessionId } of store.list()) listed.push(sessionId)
    })()
    await expect(listing).rejects.toThrow(/sessions\.sqlite: .*session number 2 of the file: id is no JSON/)
    expect(listed.toSorted()).toEqual(['one', 'three'])
  })

  it('is told of, a head too that counts less than there is, and what is there is read', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: [titled('one'), titled('two')] })
    change(path, `UPDATE session SET head = 1`)
    const damaged = { code: 'store_failed', reason: 'damaged' }
    const read: unknown[] = []
    const reading = (async () => {
      for await (const record of store.read('s')) read.push(record)
    })()
    await expect(reading).rejects.toMatchObject(damaged)
    expect(read).toEqual([titled('one'), titled('two')])
    await expect(store.find('s')).rejects.toMatchObject(damaged)
    await expect(store.find('s')).rejects.toThrow(/session s: head is lower than the 2 of its records/)
    const lease = await store.acquire('s', request)
    await expect(store.commit(lease, 2, { records: [] })).rejects.toMatchObject(damaged)
    await store.release(lease)
    await store.delete('s')
    expect(await collect(store.list())).toEqual([])
  })
})

describe('a lock that another process holds', () => {
  it('is waited for, without holding up this one', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const order: string[] = []
    const asked = put(store, 's').then(() => order.push('written'))
    expect(await collect(store.read('s'))).toEqual([])
    order.push('read')
    other.exec('ROLLBACK')
    other.close()
    await asked
    expect(order).toEqual(['read', 'written'])
  })

  it('is told of when it is not given up in time; nothing of the write is there, and the next one goes', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path, { lockTimeoutMs: 20 })
    const lease = await store.acquire('s', request)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const error = await store.commit(lease, 0, { records: [titled('lost')] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_failed', reason: 'locked' })
    expect(String(error)).toMatch(/try again/)
    other.close()
    expect(await store.commit(lease, 0, { records: [titled('one')] })).toBe(1)
    expect(await collect(store.read('s'))).toEqual([titled('one')])
  })

  it('leaves the order of what one store is asked', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    const lease = await store.acquire('s', request)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const first = store.commit(lease, 0, { records: [titled('one')] })
    await store.find('s')
    const second = store.commit(lease, 1, { records: [titled('two')] })
    other.close()
    expect(await Promise.all([first, second])).toEqual([1, 2])
  })
})

describe.skipIf(process.platform === 'win32')('a file that must not be written to', () => {
  // Root may write anywhere: then another user tries.
  const tryToOpen = (path: string): string => {
    const entry = new URL('../dist/index.js', import.meta.url).href
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(entry)})
      try { openSqliteStore(${JSON.stringify(path)}).close(); console.log('opened') }
      catch (error) { console.log([error.code, error.reason, error.message].join(' ')) }`
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      ...nobody,
    })
    return stdout + stderr
  }

  it('is refused with advice, left as it is, and opened when it may be', async () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    const store = openSqliteStore(path)
    await put(store, 's')
    store.close()
    const before = readFileSync(path)
    chmodSync(folder, 0o777)
    chmodSync(path, 0o444)
    expect(tryToOpen(path)).toMatch(/^store_failed read_only .*writable/)
    expect(readFileSync(path).equals(before)).toBe(true)
    chmodSync(path, 0o666)
    expect(tryToOpen(path)).toBe('opened\n')
  })

  it('or a folder that must not be, too', async () => {
    const folder = makeFolder()
    const inner = join(folder, 'inner')
    mkdirSync(inner)
    const store = openSqliteStore(join(folder, 'sessions.sqlite'))
    await put(store, 's')
    store.close()
    cpSync(join(folder, 'sessions.sqlite'), join(inner, 'sessions.sqlite'))
    chmodSync(join(inner, 'sessions.sqlite'), 0o666)
    chmodSync(folder, 0o755)
    chmodSync(inner, 0o555)
    expect(tryToOpen(join(inner, 'sessions.sqlite'))).toMatch(/^store_failed read_only .*folder/)
    expect(tryToOpen(join(inner, 'new.sqlite'))).toMatch(/^store_failed cannot_open .*folder/)
    chmodSync(inner, 0o755)
  })
})

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}
