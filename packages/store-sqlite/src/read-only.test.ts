import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionStore } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'
import { collect, makeFolder, openStore, put, request, thrownBy, titled } from './store-file.test-helper.ts'

const full = {
  records: [titled('one')],
  events: { events: [{ epoch: 1, seq: 1, event: { said: 'something' } }] },
  blobs: [{ hash: 'sha256-a', bytes: new Uint8Array([1, 2, 3]) }],
}

/** Everything that a folder has, byte by byte. */
const bytesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]))

async function everythingIn(store: SessionStore) {
  return {
    ids: (await collect(store.list())).map(({ sessionId }) => sessionId),
    records: await collect(store.read('s')),
    events: (await collect(store.readEvents('s'))).map(({ event }) => event),
    blob: await store.readBlob('sha256-a'),
  }
}

const everything = {
  ids: ['s'],
  records: [titled('one')],
  events: [{ said: 'something' }],
  blob: new Uint8Array([1, 2, 3]),
}

describe('a store that is opened for reading', () => {
  it('reads what is there, and leaves nothing behind', async () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    const writer = openSqliteStore(path)
    await put(writer, 's', full)
    writer.close()
    const before = bytesIn(folder)
    const store = openStore(path, { readOnly: true })
    expect(await everythingIn(store)).toEqual(everything)
    store.close()
    expect(bytesIn(folder)).toEqual(before)
  })

  it('sees what another writes meanwhile, also one that comes and goes later', async () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    openSqliteStore(path).close()
    const store = openStore(path, { readOnly: true })
    expect(await collect(store.list())).toEqual([])
    for (const [round, title] of ['two', 'three', 'four'].entries()) {
      const writer = openSqliteStore(path)
      await put(writer, 's', { records: [titled(title)] })
      expect(await collect(store.read('s', round))).toEqual([titled(title)])
      writer.close()
      expect(await collect(store.read('s', round))).toEqual([titled(title)])
    }
  })

  it('reads beside one who writes at any time', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    openSqliteStore(path).close()
    const store = openStore(path, { readOnly: true })
    for (let round = 1; round <= 60; round++) {
      const writer = openSqliteStore(path)
      await put(writer, 's', { records: [titled(`${round}`.padEnd(3_000, '.'))] })
      // When it is closed, its log is taken into the file.
      if (round % 3 === 0) writer.close()
      expect(await collect(store.read('s'))).toHaveLength(round)
      writer.close()
    }
  })

  it('refuses every write, saying why', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const writer = openStore(path)
    await put(writer, 's', full)
    const lease = await writer.acquire('s', request)
    const store = openStore(path, { readOnly: true })
    const marker = { epoch: 1, seq: 1, event: {} }
    const writes = [
      () => store.acquire('s', request),
      () => store.acquire('new', request),
      () => store.renew(lease, 1_000),
      () => store.release(lease),
      () => store.commit(lease, 1, { records: [] }),
      () => store.appendEvents(lease, { events: [] }),
      () => store.requestCancel('s', 'run_1', 'please'),
      () => store.delete('s'),
      () => store.pruneEvents('s', marker, marker),
    ]
    for (const write of writes) {
      const error = await write().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'store_failed', reason: 'read_only' })
      expect(String(error)).toContain(path)
      expect(String(error)).toMatch(/readOnly/)
    }
    expect((await store.find('s'))?.active).toMatchObject({ runId: 'run_1' })
    expect(await store.readInbox(lease)).toEqual({ notes: [] })
    expect(await everythingIn(store)).toEqual(everything)
  })

  it.each([[['', '-wal', '-shm']], [['', '-wal']]])(
    'reads what a process that was killed has left: %j',
    async (ends) => {
      const [path, folder] = [join(makeFolder(), 'sessions.sqlite'), makeFolder()]
      const writer = openStore(path)
      await put(writer, 's', full)
      for (const end of ends) copyFileSync(path + end, join(folder, `copy.sqlite${end}`))
      const store = openStore(join(folder, 'copy.sqlite'), { readOnly: true })
      expect(await everythingIn(store)).toEqual(everything)
      store.close()
      expect(readdirSync(folder).toSorted()).toEqual(ends.map((end) => `copy.sqlite${end}`).toSorted())
    },
  )

  it('makes nothing where there is nothing', () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    const open = (name: string) => thrownBy(() => openSqliteStore(name, { readOnly: true }))
    expect(open(path)).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
    const missing = open(join(folder, 'inner', 'x'))
    expect(missing).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
    expect(String(missing)).toMatch(/see that there is a file, and that this user may read it/)
    expect(String(missing)).not.toMatch(/may write/)
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(path, '')
    expect(open(path)).toMatchObject({ code: 'store_failed', reason: 'not_a_store' })
    writeFileSync(path, 'Dear all, '.repeat(1_000))
    expect(open(path)).toMatchObject({ code: 'store_failed', reason: 'not_a_store' })
    expect(readdirSync(folder)).toEqual(['sessions.sqlite'])
  })
})

describe.skipIf(process.platform === 'win32')('a file of another user', () => {
  // Root may write anywhere: then another user reads.
  const readAsOther = (path: string): string => {
    const entry = new URL('../dist/index.js', import.meta.url).href
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(entry)})
      try {
        const store = openSqliteStore(${JSON.stringify(path)}, { readOnly: true })
        for await (const record of store.read('s')) console.log(record.metadata.title)
        store.close()
      } catch (error) { console.log([error.code, error.reason, error.message].join(' ')) }`
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      ...nobody,
    })
    return stdout + stderr
  }

  it('is read, while its user has it open and when nobody has, and nothing of the reader’s is left beside it', async () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    chmodSync(folder, 0o755)
    const writer = openStore(path)
    await put(writer, 's')
    for (const end of ['', '-wal', '-shm']) chmodSync(path + end, 0o644)
    expect(readAsOther(path)).toBe('one\n')
    writer.close()
    expect(readAsOther(path)).toBe('one\n')
    // A folder that all may write to: what a reader left there would be in the owner's way.
    chmodSync(folder, 0o777)
    expect(readAsOther(path)).toBe('one\n')
    expect(readdirSync(folder)).toEqual(['sessions.sqlite'])
  })

  it.skipIf(process.getuid?.() !== 0)('is told of where it may not even be read', async () => {
    const folder = makeFolder()
    const path = join(folder, 'sessions.sqlite')
    const writer = openSqliteStore(path)
    await put(writer, 's')
    writer.close()
    chmodSync(folder, 0o755)
    expect(readAsOther(path)).toMatch(/^store_failed cannot_open /)
  })
})
