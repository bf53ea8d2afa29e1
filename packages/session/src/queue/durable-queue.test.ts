import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from '../transfer/export-session.ts'
import { importSession } from '../transfer/import-session.ts'

function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const told: string[] = []
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const optionsOf = (ownClock = clock, isDead = () => false) => {
    const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
      const block = turn.blocks.at(-1)
      const part = block?.kind === 'user' ? block.content[0] : undefined
      told.push(part?.type === 'text' ? part.text : 'media')
      await gate.promise
      return isDead() ? new Promise(() => {}) : appendBlocks(turn, assistantBlock('Well.'))
    }
    return { builder: { build: () => ({ runInference }) }, clock: ownClock }
  }
  return {
    store: inner,
    told,
    hold: () => {
      gate = Promise.withResolvers()
    },
    go: () => gate.resolve(),
    /** A process whose clock never moves: it is gone when the store's does. */
    start: (id = 's') => new Session({ ...optionsOf(createManualClock()), store, id }),
    open: async (id = 's') => {
      await clock.advance(20_000)
      gate = Promise.withResolvers()
      gate.resolve()
      return Session.open(inner, id, optionsOf())
    },
    ended: async () =>
      (await collect(inner.read('s'))).flatMap(({ type, runId, state }) =>
        type === 'prompt-ended' ? [`${runId} ${state}`] : [],
      ),
  }
}

describe('a prompt that waits', () => {
  it('is in the store before anything is told of it, and says so', async () => {
    const { start, hold, open, told } = setUp()
    hold()
    const session = start()
    session.submit('1')
    const waiting = session.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    const prompt = [{ type: 'text', text: '2' }]
    const shown = { runId: waiting.runId, requestId: 'r2', prompt, submittedAt: 1_000 }
    expect(session.queue).toMatchObject([{ ...shown, submittedAt: expect.any(Number), state: 'submitted' }])
    await session.save()
    expect(session.queue).toMatchObject([{ state: 'stored' }])
    const opened = await open()
    expect(opened.queue).toEqual(session.queue)
    expect(told).toEqual(['1'])
  })

  it('waits on in a session that is opened, and is begun by a call, the others behind it', async () => {
    const { start, hold, open, told, ended } = setUp()
    hold()
    const first = start()
    first.submit('1')
    const two = first.submit('2', { whenBusy: 'queue', requestId: 'r2', tags: { from: 'me' } })
    const three = first.submit('3', { whenBusy: 'queue' })
    await settlePromises()
    const session = await open()
    expect(session.lastRun).toMatchObject({ stop: 'owner_lost' })
    expect([session.isRunning, session.turnCount]).toEqual([false, 1])
    const handle = session.submit('2', { requestId: 'r2' })
    expect([handle.runId, handle.state]).toEqual([two.runId, 'queued'])
    expect(session.beginQueued()).toBe(handle)
    expect(() => session.beginQueued()).toThrow(/active run/)
    expect((await handle.wait()).status).toBe('completed')
    expect((await collect(handle.events()))[0]).toMatchObject({ type: 'run-started', tags: { from: 'me' } })
    await session.active?.wait()
    expect([told, session.queue]).toEqual([['1', '2', '3'], []])
    expect(await ended()).toEqual([`${two.runId} delivered`, `${three.runId} delivered`])
    expect(session.beginQueued()).toBeUndefined()
    expect((await open()).queue).toEqual([])
  })

  it('goes behind the next run of a session that is opened', async () => {
    const { start, hold, open, told } = setUp()
    hold()
    const first = start()
    first.submit('1')
    first.submit('2', { whenBusy: 'queue' })
    await settlePromises()
    const session = await open()
    await session.submit('now').wait()
    await session.active?.wait()
    expect(told).toEqual(['1', 'now', '2'])
  })

  it('is said as it was edited, also when its process is gone', async () => {
    const { start, hold, open, told } = setUp()
    hold()
    const session = start()
    session.submit('1')
    const { runId } = session.submit('two', { whenBusy: 'queue' })
    await session.save()
    session.editQueued(runId, '2')
    expect(session.queue).toMatchObject([{ state: 'submitted' }])
    expect(() => session.editQueued(runId, '')).toThrow(/says something/)
    expect(() => session.editQueued('run_x', '2')).toThrow(expect.objectContaining({ code: 'no_such_prompt' }))
    await session.save()
    const opened = await open()
    await opened.beginQueued()?.wait()
    expect(told).toEqual(['1', '2'])
    expect([await opened.editQueued(runId, '3'), told]).toEqual([false, ['1', '2']])
  })

  it('is withdrawn once and for all, and its request knows that', async () => {
    const { start, hold, open, ended, told } = setUp()
    hold()
    const session = start()
    session.submit('1')
    const waiting = session.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    session.withdrawQueued(waiting.runId)
    expect((await waiting.wait()).status).toBe('cancelled')
    expect(await session.withdrawQueued(waiting.runId)).toBe(false)
    expect(await session.editQueued(waiting.runId, 'two')).toBe(false)
    expect(() => session.withdrawQueued('run_x')).toThrow(expect.objectContaining({ code: 'no_such_prompt' }))
    await session.save()
    const opened = await open()
    expect(opened.queue).toEqual([])
    const again = opened.submit('2', { requestId: 'r2' })
    expect(await again.wait()).toMatchObject({ runId: waiting.runId, status: 'cancelled', stop: 'user' })
    expect(await collect(again.events())).toEqual([])
    expect([told, await ended()]).toEqual([['1'], [`${waiting.runId} withdrawn`]])
  })

  it('of a session that is opened may be withdrawn before any run, and save writes it', async () => {
    const { start, hold, open } = setUp()
    hold()
    const first = start()
    first.submit('1')
    const { runId } = first.submit('2', { whenBusy: 'queue' })
    await settlePromises()
    const session = await open()
    session.withdrawQueued(runId)
    await session.save()
    expect((await open()).queue).toEqual([])
  })

  it('keeps its media once, and is exported and imported with them', async () => {
    const { start, hold, open, store } = setUp()
    hold()
    const session = start()
    session.submit('1')
    const data = toBase64(new Uint8Array(2_000).fill(7))
    session.submit([{ type: 'image', source: { type: 'base64', data } }], { whenBusy: 'queue' })
    await session.save()
    const records = await collect(store.read('s'))
    expect(JSON.stringify(records)).not.toContain(data)
    await importSession(store, exportSession(store, 's'), { id: 'copy', openCalls: 'keep' })
    const opened = await open('copy')
    expect(opened.queue).toMatchObject([{ prompt: [{ source: { data } }] }])
    expect((await opened.beginQueued()?.wait())?.status).toBe('completed')
  })

  it('stays where the store failed, and goes with the next commit', async () => {
    let fails = false
    const { start, hold, go, open, told } = setUp((store) => ({
      commit: (...input) => (fails ? Promise.reject(new Error('disk')) : store.commit(...input)),
    }))
    hold()
    const session = start()
    session.submit('1')
    await settlePromises()
    fails = true
    session.submit('2', { whenBusy: 'queue' })
    await expect(session.save()).rejects.toMatchObject({ code: 'store_failed' })
    expect(session.queue).toMatchObject([{ state: 'submitted' }])
    fails = false
    go()
    await session.active?.wait()
    await session.active?.wait()
    expect(told).toEqual(['1', '2'])
    expect((await open()).queue).toEqual([])
  })
})

it('nobody else gets in between prompts that wait, and the session is free behind the last', async () => {
  const busy: unknown[] = []
  const { start, hold, go, store } = setUp((inner) => ({
    async commit(lease, head, commit) {
      const next = await inner.commit(lease, head, commit)
      const request = { ttlMs: 1_000, holder: 'other', runId: 'other' }
      if (commit.records.some(({ type }) => type === 'run-settled'))
        busy.push(
          await inner.acquire('s', request).then(
            (taken) => inner.release(taken).then(() => 'free'),
            (error) => error.code,
          ),
        )
      return next
    },
  }))
  hold()
  const session = start()
  const handles = ['1', '2', '3'].map((text) => session.submit(text, { whenBusy: 'queue' }))
  await settlePromises()
  expect((await store.find('s'))?.active?.runId).toBe(handles[0]?.runId)
  go()
  const results = await Promise.all(handles.map((handle) => handle.wait()))
  expect(results.map(({ status, warnings }) => [status, warnings])).toEqual(Array(3).fill(['completed', []]))
  expect(busy).toEqual(['session_busy', 'session_busy', 'free'])
})

it('a lease that was kept for a prompt that is withdrawn is given back', async () => {
  let withdraw = () => {}
  const { start, hold, go, store } = setUp((inner) => ({
    async commit(lease, head, commit) {
      const next = await inner.commit(lease, head, commit)
      if (commit.records.some(({ type }) => type === 'run-settled')) withdraw()
      return next
    },
  }))
  hold()
  const session = start()
  session.submit('1')
  const { runId } = session.submit('2', { whenBusy: 'queue' })
  withdraw = () => session.withdrawQueued(runId)
  go()
  await session.active?.wait()
  await settlePromises()
  expect((await store.find('s'))?.active).toBeUndefined()
})

it('two that interrupt keep their order over a crash, in front of those that wait', async () => {
  const { start, hold, open, told } = setUp()
  hold()
  const session = start()
  session.submit('1')
  await settlePromises()
  session.submit('patient', { whenBusy: 'queue' })
  session.submit('urgent', { whenBusy: 'interrupt' })
  const order = session.queue.map(({ runId }) => runId)
  await session.save()
  const opened = await open()
  expect(opened.queue.map(({ runId }) => runId)).toEqual(order)
  await opened.beginQueued()?.wait()
  await opened.active?.wait()
  expect(told).toEqual(['1', 'urgent', 'patient'])
})
