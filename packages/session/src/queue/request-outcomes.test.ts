import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const [clock, own] = [createManualClock(), createManualClock()]
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const told: string[] = []
  const optionsOf = (clock: ManualClock) => {
    const runInference = async (ctx: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
      const said = turn.blocks.at(-1)
      const text = said?.kind === 'user' && said.content[0]?.type === 'text' ? said.content[0].text : ''
      told.push(text)
      if (text === 'hang')
        await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
      return appendBlocks(turn, assistantBlock('Well.'))
    }
    return { builder: { build: () => ({ runInference }) }, clock }
  }
  return {
    own,
    inner,
    told,
    /** A process whose clock is its own: it is gone when the store's has moved on. */
    start: () => new Session({ ...optionsOf(own), store, id: 's' }),
    open: async () => {
      await clock.advance(20_000)
      return Session.open(inner, 's', optionsOf(clock))
    },
  }
}

describe('a request that never got as far as its provider', () => {
  it('is not run again where it was cancelled before its first commit, and is the last run', async () => {
    const { start, open, told } = setUp()
    const handle = start().submit('1', { requestId: 'r1' })
    expect((await handle.cancel()).status).toBe('cancelled')
    const session = await open()
    expect(session.lastRun).toMatchObject({ runId: handle.runId, status: 'cancelled', stop: 'user', requestId: 'r1' })
    const again = session.submit('1', { requestId: 'r1' })
    expect([again.runId, again.isRunning, told]).toEqual([handle.runId, false, []])
    const events = (await collect(again.events())).map(({ type }) => type)
    expect(events).toEqual((await collect(handle.events())).map(({ type }) => type))
  })

  it('is not run again where it was superseded, and was never begun', async () => {
    const { start, open, told } = setUp()
    const first = start()
    first.submit('hang', { requestId: 'r1' })
    const passed = first.submit('2', { whenBusy: 'interrupt', requestId: 'r2' })
    const last = first.submit('3', { whenBusy: 'interrupt', requestId: 'r3' })
    expect((await passed.wait()).stop).toBe('superseded')
    await last.wait()
    const session = await open()
    const statuses = ['hang', '2', '3'].map(async (text, index) => {
      const handle = session.submit(text, { requestId: `r${index + 1}` })
      return [handle.isRunning, (await handle.wait()).stop]
    })
    expect(await Promise.all(statuses)).toEqual([
      [false, 'superseded'],
      [false, 'superseded'],
      [false, 'end_turn'],
    ])
    expect(told).toEqual(['3'])
  })

  it('is not run again where the store did not answer, and its turn was saved later', async () => {
    let hangs = true
    const { start, open, own, told } = setUp((inner) => ({
      acquire: (...input) => (hangs ? new Promise(() => {}) : inner.acquire(...input)),
    }))
    const first = start()
    const handle = first.submit('1', { requestId: 'r1' })
    void handle.cancel()
    await own.advance(5_000)
    expect((await handle.wait()).status).toBe('cancelled')
    hangs = false
    await first.save()
    const session = await open()
    expect(session.lastRun).toMatchObject({ runId: handle.runId, status: 'cancelled' })
    const again = session.submit('1', { requestId: 'r1' })
    expect([again.runId, again.isRunning, session.turnCount, told]).toEqual([handle.runId, false, 1, []])
    expect((await collect(again.events())).map(({ type }) => type)).toEqual(['run-started', 'run-cancelled'])
  })

  it('is not run again where its turn was written by a save that had begun before it', async () => {
    const answers: (() => void)[] = []
    const { start, open, told } = setUp((inner) => ({
      async commit(lease, head, commit) {
        const isRun = commit.records.some(({ type }) => type === 'run-started')
        if (isRun) await new Promise<void>((resolve) => answers.push(resolve))
        return inner.commit(lease, head, commit)
      },
    }))
    const first = start()
    first.updateMetadata({ title: 'T' })
    const saving = first.save()
    first.submit('1', { requestId: 'r1' })
    await settlePromises()
    expect(answers).toHaveLength(1)
    // Its process is gone before its first commit.
    const session = await open()
    expect([session.turnCount, session.metadata.title]).toEqual([0, 'T'])
    expect((await session.submit('1', { requestId: 'r1' }).wait()).status).toBe('completed')
    expect(told).toEqual(['1'])
    void saving
  })
})

describe('a request that was refused', () => {
  it('as another owner had the session is run when it is submitted again, and is in the history once', async () => {
    const { start, inner, told } = setUp()
    const lease = await inner.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'other' })
    const session = start()
    const refused = await session.submit('1', { requestId: 'r1' }).wait()
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'session_busy' } })
    await inner.release(lease)
    const again = session.submit('1', { requestId: 'r1' })
    expect((await again.wait()).status).toBe('completed')
    expect(session.submit('1', { requestId: 'r1' })).toBe(again)
    expect([told, session.turnCount]).toEqual([['1'], 1])
  })

  it('as a run was active is run when it is submitted again', async () => {
    const { start, told } = setUp()
    const session = start()
    const first = session.submit('1')
    expect(() => session.submit('2', { requestId: 'r2' })).toThrow(expect.objectContaining({ code: 'session_busy' }))
    await first.wait()
    expect((await session.submit('2', { requestId: 'r2' }).wait()).status).toBe('completed')
    expect(told).toEqual(['1', '2'])
  })
})

describe('the id of a request', () => {
  const mismatch = expect.objectContaining({ code: 'request_mismatch', field: 'requestId' })

  it('with another prompt is refused, also in a session that was opened', async () => {
    const { start, open, told } = setUp()
    const first = start()
    await first.submit('1', { requestId: 'r1' }).wait()
    for (const session of [first, await open()]) {
      expect(() => session.submit('2', { requestId: 'r1' })).toThrow(mismatch)
      const parts = [{ text: '1', type: 'text' }] as const
      expect(session.submit(parts, { requestId: 'r1' }).isRunning).toBe(false)
    }
    expect(told).toEqual(['1'])
  })

  it('with another prompt is refused of one that waits, and is that of what was submitted where it was edited', async () => {
    const { start, open } = setUp()
    const first = start()
    first.submit('hang')
    const waiting = first.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    first.editQueued(waiting.runId, 'two')
    await first.save()
    for (const session of [first, await open()]) {
      expect(() => session.submit('two', { requestId: 'r2' })).toThrow(mismatch)
      expect(session.submit('2', { requestId: 'r2' }).runId).toBe(waiting.runId)
    }
  })
})
