import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { isSessionBusyError } from './contract/session-error.ts'
import type { StoredRecord } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'

const request = { ttlMs: 100, holder: 'me', runId: 'run_1' }
const record = (title: string): StoredRecord => ({ v: 1, type: 'session', metadata: { title } })

function setUp() {
  const clock = createManualClock()
  return { clock, store: createMemoryStore({ clock }) }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a lease', () => {
  it('is refused while another holds, naming the holder and the run, and granted once that is given back or has run out', async () => {
    const { store, clock } = setUp()
    const first = await store.acquire('s', request)
    const busy = await failureOf(store.acquire('s', { ...request, runId: 'run_2' }))
    expect(isSessionBusyError(busy) && [busy.holder, busy.runId]).toEqual(['me', 'run_1'])
    await store.release(first)
    const second = await store.acquire('s', { ...request, runId: 'run_2' })
    expect(second.token).toBeGreaterThan(first.token)
    await clock.advance(100)
    expect((await store.acquire('s', request)).token).toBeGreaterThan(second.token)
  })

  it('is judged by the store, whatever its holder writes on it', async () => {
    const { store, clock } = setUp()
    const lease = await store.acquire('s', request)
    expect(Object.keys(lease).sort()).toEqual(['expiresAt', 'holder', 'sessionId', 'token'])
    Object.assign(lease, { expiresAt: Number.MAX_SAFE_INTEGER })
    await clock.advance(100)
    expect(await failureOf(store.commit(lease, 0, { records: [record('x')] }))).toMatchObject({
      code: 'session_conflict',
    })
  })

  it('holds longer when renewed, and not when it was lost', async () => {
    const { store, clock } = setUp()
    const lease = await store.acquire('s', request)
    await clock.advance(60)
    const renewed = await store.renew(lease, 100)
    await clock.advance(60)
    await store.commit(renewed, 0, { records: [record('x')] })
    await clock.advance(60)
    await expect(store.renew(renewed, 100)).rejects.toMatchObject({ code: 'session_conflict' })
  })

  it('does not let go of a newer one when an old one is given back', async () => {
    const { store, clock } = setUp()
    const old = await store.acquire('s', request)
    await clock.advance(100)
    const lease = await store.acquire('s', request)
    await store.release(old)
    await store.commit(lease, 0, { records: [record('x')] })
    await expect(store.commit(old, 1, { records: [record('y')] })).rejects.toThrow(/lease was lost/)
  })
})

describe('a commit', () => {
  it('appends all or nothing, and only to the head that was expected', async () => {
    const { store } = setUp()
    const lease = await store.acquire('s', request)
    expect(await store.commit(lease, 0, { records: [record('one'), record('two')] })).toBe(2)
    await expect(store.commit(lease, 0, { records: [record('three')] })).rejects.toThrow(
      /2 records where 0 were expected/,
    )
    const unstorable: StoredRecord[] = [record('four'), { v: 1, type: 'session', metadata: { title: 'five' } }]
    Object.assign(unstorable[1] ?? {}, { extra: () => {} })
    await expect(store.commit(lease, 2, { records: unstorable })).rejects.toThrow()
    expect(await collect(store.read('s'))).toHaveLength(2)
    expect(await collect(store.read('s', 1))).toEqual([record('two')])
  })

  it('keeps a copy of its own', async () => {
    const { store } = setUp()
    const metadata = { title: 'before' }
    await store.commit(await store.acquire('s', request), 0, { records: [{ v: 1, type: 'session', metadata }] })
    metadata.title = 'after'
    expect(await collect(store.read('s'))).toEqual([record('before')])
  })
})

it('lists the sessions that have records, each with its newest metadata', async () => {
  const { store } = setUp()
  await store.commit(await store.acquire('one', request), 0, { records: [record('a'), record('b')] })
  await store.acquire('empty', request)
  expect(await collect(store.list())).toMatchObject([{ sessionId: 'one', head: 2, metadata: { title: 'b' } }])
  expect(await collect(store.read('nobody'))).toEqual([])
})
