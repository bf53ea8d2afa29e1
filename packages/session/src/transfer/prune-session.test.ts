import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { StoredEvent, StoredRecord } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { pruneSession } from './prune-session.ts'

let seq = 0
const event = (epoch: number, runId: string | undefined, parentRunId?: string): StoredEvent => {
  seq++
  const correlation = { ...(runId !== undefined && { runId }), ...(parentRunId !== undefined && { parentRunId }) }
  return { epoch, seq, event: { type: 'log', v: 1, seq, epoch, time: seq * 10, correlation } }
}
const settled = (runId: string): StoredRecord => ({ v: 1, type: 'run-settled', runId })

async function setUp(events: readonly StoredEvent[], records: readonly StoredRecord[]) {
  const store = createMemoryStore({ clock: createManualClock() })
  const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
  await store.commit(lease, 0, { records, events: { events } })
  return { store, events: () => collect(store.readEvents('s')) }
}

describe('pruning a session', () => {
  it('throws away the events of older runs, and leaves a gap that tells which', async () => {
    seq = 0
    const all = [event(1, 'a'), event(1, 'a'), event(2, 'b'), event(3, 'c'), event(3, 'c')]
    const { store, events } = await setUp(all, [settled('a'), settled('b'), settled('c')])
    expect(await pruneSession(store, 's', { keepRuns: 2 })).toBe(2)
    const gap = {
      type: 'gap',
      v: 1,
      seq: 2,
      epoch: 1,
      time: 20,
      correlation: { sessionId: 's' },
      fromSeq: 1,
      toSeq: 2,
      count: 2,
    }
    expect(await events()).toEqual([{ epoch: 1, seq: 2, event: gap }, ...all.slice(2)])
    expect(await pruneSession(store, 's', { keepRuns: 2 })).toBe(0)
    expect(await pruneSession(store, 's', { keepRuns: 1 })).toBe(1)
    const wider = { ...gap, seq: 3, epoch: 2, time: 30, toSeq: 3, count: 3 }
    expect(await events()).toEqual([{ epoch: 2, seq: 3, event: wider }, ...all.slice(3)])
  })

  it('never throws away those of a run that has not been settled, nor what came after', async () => {
    const all = [event(1, 'a'), event(2, 'lost'), event(3, 'c')]
    const { store, events } = await setUp(all, [settled('a'), settled('c')])
    expect(await pruneSession(store, 's', { keepRuns: 0 })).toBe(1)
    expect((await events()).slice(1)).toEqual(all.slice(1))
  })

  it('throws away what tools have run in such a run, and what belongs to none', async () => {
    const all = [event(1, 'a'), event(1, 'child', 'a'), event(1, undefined), event(1, 'a')]
    const { store, events } = await setUp(all, [settled('a')])
    expect(await pruneSession(store, 's', { keepRuns: 0 })).toBe(4)
    expect(await events()).toHaveLength(1)
  })

  it('leaves a session alone that has nothing old, and refuses what is no number of runs', async () => {
    const { store, events } = await setUp([event(1, 'a')], [settled('a')])
    expect(await pruneSession(store, 's', { keepRuns: 1 })).toBe(0)
    expect(await events()).toHaveLength(1)
    for (const keepRuns of [-1, 0.5, Number.NaN])
      await expect(pruneSession(store, 's', { keepRuns })).rejects.toMatchObject({ code: 'invalid_options' })
    const failing = { ...store, pruneEvents: () => Promise.reject(new Error('disk')) }
    await expect(pruneSession(failing, 's', { keepRuns: 0 })).rejects.toMatchObject({ code: 'store_failed' })
  })
})
