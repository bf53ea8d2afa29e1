import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { SessionError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** A session that was shut down in its first run, with prompts behind that, and whoever opens it after that. */
async function setUp() {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let isClosed = false
  const store: SessionStore = {
    ...inner,
    async find(id) {
      if (isClosed) throw new SessionError('store_failed', 'closed', { reason: 'closed' })
      return inner.find(id)
    },
  }
  const gate = Promise.withResolvers<void>()
  const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
    const aborted = new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    await Promise.race([gate.promise, aborted])
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ id: 's', store, ...options })
  const first = session.submit('1')
  const waiting = session.submit('2', { whenBusy: 'queue', requestId: '2' })
  await settlePromises()
  await first.cancel('shutdown')
  return {
    ...{ clock, store, session, waiting },
    open: () => Session.open(store, 's', options),
    answer: () => gate.resolve(),
    close: () => {
      isClosed = true
    },
  }
}

describe('a prompt that a session was shut down before', () => {
  it('ends as another owner has run it, and nothing is looked for any more', async () => {
    const { clock, session, waiting, open, answer } = await setUp()
    const other = await open()
    answer()
    expect((await other.beginQueued()?.wait())?.status).toBe('completed')
    expect(waiting.state).toBe('queued')
    await clock.advance(5_000)
    expect(await waiting.wait()).toMatchObject({ status: 'completed', turn: { id: other.latest?.id } })
    expect((await collect(waiting.events())).map(({ type }) => type)).toEqual(['run-started', 'run-finished'])
    expect([session.queue, session.latest, clock.scheduled]).toEqual([[], other.latest, 0])
  })

  it('runs for its handle once that is known, and waits no more', async () => {
    const { clock, session, waiting, open, answer } = await setUp()
    const other = await open()
    const running = other.beginQueued()
    await settlePromises()
    await clock.advance(5_000)
    expect([waiting.state, session.queue]).toEqual(['running', []])
    expect(await session.editQueued(waiting.runId, 'two')).toBe(false)
    answer()
    await running?.wait()
    await clock.advance(5_000)
    expect([(await waiting.wait()).status, session.isRunning, clock.scheduled]).toEqual(['completed', false, 0])
  })

  it('is stopped where it is withdrawn after another owner has begun it', async () => {
    const { clock, session, waiting, open } = await setUp()
    const running = (await open()).beginQueued()
    await settlePromises()
    await clock.advance(5_000)
    expect(await session.withdrawQueued(waiting.runId)).toBe(false)
    await clock.advance(5_000)
    expect([(await running?.wait())?.stop, (await waiting.wait()).stop]).toEqual(['user', 'user'])
  })

  it('is not begun by the looks', async () => {
    const { clock, session, waiting } = await setUp()
    await clock.advance(60_000)
    expect([session.turnCount, waiting.state, session.isRunning]).toEqual([1, 'queued', false])
  })

  it('is not looked for any more in a store that is closed', async () => {
    const { clock, close } = await setUp()
    expect(clock.scheduled).toBe(1)
    close()
    await clock.advance(5_000)
    expect(clock.scheduled).toBe(0)
  })

  it('goes behind the next run of the object itself, which is not kept waiting by the looks', async () => {
    const { clock, session, waiting, answer } = await setUp()
    answer()
    expect((await session.submit('3', { whenBusy: 'queue' }).wait()).status).toBe('completed')
    expect((await waiting.wait()).status).toBe('completed')
    expect(clock.scheduled).toBe(0)
  })

  it('is looked for by an object that was opened once somebody has its handle, and not before', async () => {
    const { clock, waiting, open, answer } = await setUp()
    const [asking, other] = [await open(), await open()]
    const before = clock.scheduled
    const same = asking.submit('2', { requestId: '2' })
    expect([same.runId, same.state, clock.scheduled]).toEqual([waiting.runId, 'queued', before + 1])
    answer()
    await other.beginQueued()?.wait()
    await clock.advance(5_000)
    expect([(await same.wait()).status, asking.turnCount, clock.scheduled]).toEqual(['completed', 2, 0])
  })
})
