import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { Connection } from './connection.ts'
import { openDatabase } from './open-database.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { createSqliteStore, type SqliteStore } from './sqlite-store.ts'
import { makeFolder, openStore, put, request, titled } from './store-file.test-helper.ts'

const isBusy = { code: 'session_busy' }
const isRefused = { code: 'session_conflict' }

describe('a clock that is set', () => {
  const setUp = () => {
    let shift = 0
    const clock = createManualClock()
    const shifted = { ...clock, now: () => clock.now() + shift }
    const store = openStore(':memory:', { clock: shifted })
    return {
      store,
      clock,
      set(by: number) {
        shift += by
      },
    }
  }

  it('forwards ends leases early, and keeps the old owner out', async () => {
    const { store, set } = setUp()
    const old = await store.acquire('s', request)
    set(1_000_000)
    await expect(store.commit(old, 0, { records: [] })).rejects.toMatchObject(isRefused)
    const lease = await store.acquire('s', request)
    set(-1_000_000)
    await expect(store.commit(old, 0, { records: [titled('old')] })).rejects.toMatchObject(isRefused)
    await expect(store.renew(old, 1_000)).rejects.toMatchObject(isRefused)
    expect(await store.commit(lease, 0, { records: [titled('new')] })).toBe(1)
  })

  it('backwards lengthens a lease by no more than its own time from when somebody asks', async () => {
    const { store, set, clock } = setUp()
    const lease = await store.acquire('s', request)
    await store.commit(lease, 0, { records: [titled('one')] })
    set(-1_000_000)
    expect((await store.find('s'))?.active?.expiresAt).toBe(clock.now() - 1_000_000 + 1_000)
    await expect(store.acquire('s', request)).rejects.toMatchObject(isBusy)
    await clock.advance(999)
    await expect(store.acquire('s', request)).rejects.toMatchObject(isBusy)
    await clock.advance(1)
    const next = await store.acquire('s', request)
    expect(next.token).toBeGreaterThan(lease.token)
    await expect(store.commit(lease, 1, { records: [] })).rejects.toMatchObject(isRefused)
  })

  it('backwards takes nothing from an owner who renews in time', async () => {
    const { store, set, clock } = setUp()
    let lease = await store.acquire('s', request)
    set(-1_000_000)
    for (let round = 0; round < 5; round++) {
      await expect(store.acquire('s', request)).rejects.toMatchObject(isBusy)
      await clock.advance(600)
      lease = await store.renew(lease, 1_000)
    }
    expect(await store.commit(lease, 0, { records: [titled('one')] })).toBe(1)
  })
})

describe('a lease of a process that has ended', () => {
  const as = (path: string, self: ProcessIdentity | undefined, ended: readonly number[]): SqliteStore =>
    createSqliteStore(path, new Connection(openDatabase(path, 0), path, 0), {
      durability: 'process',
      clock: createManualClock(),
      processes: { self, hasEnded: ({ scope, pid }) => scope === self?.scope && ended.includes(pid) },
      later: () => {},
    })

  it('is free at once, for everybody who can know, and its owner writes no more', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const dead = as(path, { scope: 'here', pid: 1 }, [])
    const lease = await dead.acquire('s', request)
    await dead.commit(lease, 0, { records: [titled('one')] })
    const [stranger, other] = [as(path, { scope: 'there', pid: 1 }, [1]), as(path, { scope: 'here', pid: 2 }, [1])]
    await expect(stranger.acquire('s', request)).rejects.toMatchObject(isBusy)
    expect((await stranger.find('s'))?.active).toMatchObject({ runId: 'run_1' })
    expect((await other.find('s'))?.active).toBeUndefined()
    expect(await other.requestCancel('s', 'run_1', 'please')).toBe(false)
    const next = await other.acquire('s', request)
    await expect(dead.commit(lease, 1, { records: [] })).rejects.toMatchObject(isRefused)
    expect(await other.commit(next, 1, { records: [titled('two')] })).toBe(2)
    for (const store of [dead, stranger, other]) store.close()
  })

  it('may be of a process that does not know itself: then it holds until it has run out', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const unknown = as(path, undefined, [])
    await unknown.acquire('s', request)
    const other = as(path, { scope: 'here', pid: 2 }, [1, 2])
    await expect(other.acquire('s', request)).rejects.toMatchObject(isBusy)
    for (const store of [unknown, other]) store.close()
  })

  it('is deleted with its session', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const dead = as(path, { scope: 'here', pid: 1 }, [])
    await put(dead, 's')
    await dead.acquire('s', request)
    await expect(dead.delete('s')).rejects.toMatchObject(isBusy)
    const other = as(path, { scope: 'here', pid: 2 }, [1])
    await other.delete('s')
    expect(await other.find('s')).toBeUndefined()
    for (const store of [dead, other]) store.close()
  })
})

it('a process that is killed while it holds a lease holds it no longer', async () => {
  const path = join(makeFolder(), 'sessions.sqlite')
  const entry = new URL('../dist/index.js', import.meta.url).href
  const program = `
    const { openSqliteStore } = await import(${JSON.stringify(entry)})
    const store = openSqliteStore(${JSON.stringify(path)})
    await store.acquire('s', { ttlMs: 1e9, holder: 'child', runId: 'run_child' })
    console.log('holds')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    await once(child.stdout, 'data')
    const store = openStore(path)
    await expect(store.acquire('s', request)).rejects.toMatchObject({ ...isBusy, holder: 'child', runId: 'run_child' })
    child.kill('SIGSTOP')
    await expect(store.acquire('s', request)).rejects.toMatchObject(isBusy)
    child.kill('SIGKILL')
    await ended
    expect((await store.acquire('s', request)).token).toBe(2)
  } finally {
    child.kill('SIGKILL')
  }
})
