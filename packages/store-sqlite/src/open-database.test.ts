import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'
import { collect, makeFolder, openStore, put, thrownBy, titled } from './store-file.test-helper.ts'

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe.skipIf(process.platform === 'win32')('a new file', () => {
  it('is for its user alone, with its folder and the files beside it', async () => {
    const folder = join(makeFolder(), 'a', 'b')
    const store = openStore(join(folder, 'sessions.sqlite'))
    await put(store, 's')
    expect([modeOf(folder), modeOf(join(folder, '..'))]).toEqual([0o700, 0o700])
    const files = ['sessions.sqlite', 'sessions.sqlite-wal', 'sessions.sqlite-shm']
    expect(files.map((file) => modeOf(join(folder, file)))).toEqual([0o600, 0o600, 0o600])
  })
})

describe('a path', () => {
  it.skipIf(process.platform === 'win32')('that is another name of an open store is told of as that', async () => {
    const folder = makeFolder()
    await put(openStore(join(folder, 'sessions.sqlite')), 's')
    linkSync(join(folder, 'sessions.sqlite'), join(folder, 'linked.sqlite'))
    const error = thrownBy(() => openSqliteStore(join(folder, 'linked.sqlite')))
    expect(error).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
    expect(String(error)).toMatch(/linked\.sqlite: .*another name too, a hard link, and is open by that/)
  })

  it('is taken from where the process stands now', () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    expect(openStore(relative(process.cwd(), path)).path).toBe(path)
  })

  it.each(['100% a?b#c.sqlite', 'a file:x.sqlite', "it's;--.sqlite", 'ü 🦀.sqlite'])('may be %j', async (name) => {
    const path = join(makeFolder(), name)
    await put(openStore(path), 's')
    expect(existsSync(path)).toBe(true)
  })

  it('in memory is shared with nobody', async () => {
    const [one, other] = [openStore(':memory:'), openStore(':memory:')]
    await put(one, 's')
    expect([await collect(one.read('s')), await collect(other.read('s'))]).toEqual([[titled('one')], []])
  })

  it('of a folder is refused', () => {
    const folder = makeFolder()
    expect(thrownBy(() => openSqliteStore(folder))).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
  })

  it('below a file is refused', () => {
    const path = join(makeFolder(), 'file')
    writeFileSync(path, '')
    const error = thrownBy(() => openSqliteStore(join(path, 'sessions.sqlite')))
    expect(error).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
  })
})

describe('a file that is there', () => {
  it('is made a store when it is empty', async () => {
    const path = join(makeFolder(), 'empty')
    writeFileSync(path, '')
    await put(openStore(path), 's')
    expect(await collect(openStore(path).read('s'))).toEqual([titled('one')])
  })

  it('is left as it is when it is of something else', () => {
    const path = join(makeFolder(), 'letter.txt')
    writeFileSync(path, 'Dear all, '.repeat(1_000))
    const error = thrownBy(() => openSqliteStore(path))
    expect(error).toMatchObject({ code: 'store_failed', reason: 'not_a_store' })
    expect(String(error)).toMatch(/choose another path/)
    expect(readFileSync(path, 'utf8')).toBe('Dear all, '.repeat(1_000))
  })

  it('is left as it is when it is the database of another program', () => {
    const path = join(makeFolder(), 'other.sqlite')
    using(path, 'CREATE TABLE customers (name TEXT)')
    const before = readFileSync(path)
    expect(thrownBy(() => openSqliteStore(path))).toMatchObject({ code: 'store_failed', reason: 'not_a_store' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is left as it is when a newer version wrote it, also what is only in its log', async () => {
    const folder = makeFolder()
    const [path, copy] = [join(folder, 'newer.sqlite'), join(folder, 'copy.sqlite')]
    await put(openStore(path), 's')
    const newer = new DatabaseSync(path)
    newer.exec('PRAGMA user_version = 99')
    // As a crash leaves them: the version stands in the log alone.
    for (const end of ['', '-wal', '-shm']) copyFileSync(path + end, copy + end)
    newer.close()
    const before = ['', '-wal'].map((end) => readFileSync(copy + end))
    const error = thrownBy(() => openSqliteStore(copy))
    expect(error).toMatchObject({ code: 'unsupported_version' })
    expect(String(error)).toMatch(/version 99.*upgrade/)
    expect(['', '-wal'].map((end) => readFileSync(copy + end))).toEqual(before)
  })

  it('that was cut off is told to be damaged, and stays as it is', async () => {
    const path = join(makeFolder(), 'cut.sqlite')
    const store = openStore(path)
    await put(store, 's', { records: Array.from({ length: 500 }, (_, index) => titled(`${index}`.repeat(50))) })
    store.close()
    truncateSync(path, statSync(path).size / 2 - 100)
    const before = readFileSync(path)
    await expect(
      (async () => {
        const broken = openStore(path)
        await collect(broken.read('s'))
      })(),
    ).rejects.toMatchObject({ code: 'store_failed', reason: 'damaged' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

function using(path: string, sql: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe('a file that several open at once', () => {
  it('is made by one of them, and opened by all', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const entry = new URL('../dist/index.js', import.meta.url).href
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(entry)})
      const store = openSqliteStore(${JSON.stringify(path)})
      const name = String(process.pid)
      const lease = await store.acquire(name, { ttlMs: 1000, holder: name, runId: name })
      await store.commit(lease, 0, { records: [{ v: 1, type: 'session', metadata: {} }], release: true })
      store.close()`
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'ignore', 'inherit'] }),
    )
    const ends = await Promise.all(children.map((child) => once(child, 'exit')))
    expect(ends.map(([code]) => code)).toEqual(children.map(() => 0))
    expect(await collect(openStore(path).list())).toHaveLength(children.length)
  })

  it('is told to be locked when one of them makes it for too long', () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const other = new DatabaseSync(path)
    other.exec('BEGIN EXCLUSIVE')
    expect(thrownBy(() => openSqliteStore(path, { lockTimeoutMs: 10 }))).toMatchObject({ reason: 'locked' })
    other.close()
    openStore(path)
  })
})
