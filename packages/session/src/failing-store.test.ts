import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import type { SessionStore, StoredRecord } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'
import { exportSession } from './transfer/export-session.ts'
import { importSession } from './transfer/import-session.ts'

function setUp(commit: (inner: SessionStore) => SessionStore['commit']) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let gate = Promise.resolve()
  const said: string[] = []
  const builder = {
    build: () => ({
      runInference: async (_: unknown, turn: Turn) => {
        const block = turn.blocks.at(-1)
        const part = block?.kind === 'user' ? block.content[0] : undefined
        if (part?.type === 'text') said.push(part.text)
        await gate
        return appendBlocks(turn, assistantBlock('Well.'))
      },
    }),
  }
  const session = new Session({ id: 's', store: { ...inner, commit: commit(inner) }, builder, clock })
  return {
    session,
    said,
    clock,
    inner,
    hold: (): (() => void) => {
      const held = Promise.withResolvers<void>()
      gate = held.promise
      return held.resolve
    },
    /** As another process finds it once this one is gone. */
    reopen: async () => {
      const store = createMemoryStore({ clock })
      await importSession(store, await collect(exportSession(inner, 's')))
      await clock.advance(20_000)
      return Session.open(store, 's', { builder, clock })
    },
  }
}

const has = (records: readonly StoredRecord[], type: string): boolean => records.some((record) => record.type === type)

it('a prompt that has become a turn waits on in the store, until the turn is there too', async () => {
  let fails = false
  let hangs = false
  const { session, hold, reopen } = setUp((inner) => async (lease, head, commit) => {
    if (fails && has(commit.records, 'run-started')) {
      await settlePromises()
      hangs = true
      throw new Error('EIO')
    }
    if (hangs && has(commit.records, 'turn')) return new Promise(() => {})
    return inner.commit(lease, head, commit)
  })
  const go = hold()
  const first = session.submit('1')
  await settlePromises()
  session.submit('2', { whenBusy: 'queue' })
  await session.save()
  fails = true
  go()
  await first.wait()
  session.submit('3', { whenBusy: 'queue' })
  await session.save()
  expect(session.queue).toMatchObject([{ state: 'stored' }])
  const opened = await reopen()
  expect(opened.queue.map(({ prompt }) => prompt)).toMatchObject([[{ text: '2' }], [{ text: '3' }]])
})

it('a request is known by the end of its run, where the beginning could not be written', async () => {
  let failures = 0
  const { session, reopen, said } = setUp((inner) => async (lease, head, commit) => {
    if (failures === 0 && !has(commit.records, 'run-settled')) return inner.commit(lease, head, commit)
    if (failures < 3) {
      failures++
      throw new Error('down')
    }
    return inner.commit(lease, head, commit)
  })
  for (const text of ['1', '2', '3']) await session.submit(text, { requestId: text }).wait()
  const opened = await reopen()
  for (const text of ['1', '2', '3']) await opened.submit(text, { requestId: text }).wait()
  expect([said, opened.turnCount]).toEqual([['1', '3'], 3])
  const again = opened.submit('2', { requestId: '2' })
  expect((await again.wait()).status).toBe('failed')
  expect((await collect(again.events())).map(({ type }) => type)).toEqual(['run-started', 'run-failed'])
})

it('the end of a run is told as the store has it, where only the answer of the last commit was lost', async () => {
  let isLost = false
  const { session, inner } = setUp((store) => async (lease, head, commit) => {
    const written = await store.commit(lease, head, commit)
    if (isLost || !has(commit.records, 'run-settled')) return written
    isLost = true
    throw new Error('connection reset')
  })
  expect(await session.submit('1').wait()).toMatchObject({ status: 'completed', warnings: [] })
  await session.run('2')
  const settled = (await collect(inner.read('s'))).filter(({ type }) => type === 'run-settled')
  expect(settled.map(({ status }) => status)).toEqual(['completed', 'completed'])
  const ends = (await collect(inner.readEvents('s'))).map(({ event }) => event.type)
  expect(ends).toEqual(['run-started', 'run-finished', 'run-started', 'run-finished'])
})

it('the end of a run is found in the store also where somebody else has written behind it', async () => {
  const { session, inner } = setUp((store) => async (lease, head, commit) => {
    const written = await store.commit(lease, head, commit)
    if (!has(commit.records, 'run-settled')) return written
    const other = await store.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'save_1' })
    const record = { v: 1, type: 'session', metadata: { title: 'Other' } }
    await store.commit(other, written, { records: [record], release: true })
    throw new Error('connection reset')
  })
  expect((await session.submit('1').wait()).status).toBe('completed')
  expect((await inner.find('s'))?.metadata).toEqual({ title: 'Other' })
  expect(await session.submit('2').wait()).toMatchObject({ status: 'failed', error: { code: 'session_conflict' } })
})
