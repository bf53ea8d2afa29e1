import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { startProviderCall } from '@geppetto/engine'
import { assistantText } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { InferenceRunner } from '../contract/builder.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { pruneSession } from '../transfer/prune-session.ts'

const info = { api: 'test', host: 'embedded', model: 'm' }

function setUp() {
  const storeClock = createManualClock()
  const store = createMemoryStore({ clock: storeClock })
  let runs = 0
  let ends: 'well' | 'badly' | 'never' = 'well'
  const runInference: InferenceRunner['runInference'] = async (ctx, turn) => {
    runs++
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    text.append(`answer ${runs}`)
    if (ends === 'never') await new Promise<never>(() => {})
    if (ends === 'badly') throw new TypeError('out of order')
    text.finish()
    call.stop('end_turn')
    return call.finish()
  }
  const builder = { build: () => ({ runInference }) }
  return {
    store,
    runs: () => runs,
    /** A process that stands still from when it hangs. */
    start: (how: typeof ends = 'well') => {
      ends = how
      return new Session({ builder, store, id: 's', clock: createManualClock() })
    },
    open: async () => {
      ends = 'well'
      await storeClock.advance(20_000)
      return Session.open(store, 's', { builder, clock: storeClock })
    },
  }
}

describe('a request that is submitted again in a session that was opened', () => {
  it('gives what became of it, and runs nothing', async () => {
    const { start, open, runs } = setUp()
    const first = start().submit('Hi', { requestId: 'r1' })
    const result = await first.wait()
    const session = await open()
    const again = session.submit('Hi', { requestId: 'r1' })
    expect([again.runId, again.sessionId, again.state, again.isRunning]).toEqual([first.runId, 's', 'settled', false])
    expect(await again.wait()).toEqual(result)
    expect(await again.cancel()).toEqual(result)
    expect([runs(), session.turnCount, session.isRunning]).toEqual([1, 1, false])
    expect(assistantText((await session.submit('Hi', { requestId: 'r2' }).wait()).turn)).toBe('answer 2')
  })

  it('tells its events, and those of no other run', async () => {
    const { start, open, store } = setUp()
    const first = start()
    await first.submit('Hi', { requestId: 'r1' }).wait()
    const second = first.submit('And?', { requestId: 'r2' })
    await second.wait()
    await first.submit('So?').wait()
    const told = (await collect(second.events())).filter(({ type }) => type !== 'text-delta')
    const session = await open()
    expect(await collect(session.submit('And?', { requestId: 'r2' }).events())).toEqual(told)
    await pruneSession(store, 's', { keepRuns: 1 })
    const left = await collect(session.submit('And?', { requestId: 'r2' }).events())
    expect(left.map(({ type }) => type)).toEqual(['gap'])
  })

  it('gives the failure as data', async () => {
    const { start, open } = setUp()
    await start('badly').submit('Hi', { requestId: 'r1' }).wait()
    const error = { name: 'TypeError', code: 'unknown', message: 'out of order' }
    expect(await (await open()).submit('Hi', { requestId: 'r1' }).wait()).toMatchObject({ status: 'failed', error })
  })

  it('gives what was recovered of it where its process is gone', async () => {
    const { start, open, runs } = setUp()
    const lost = start('never')
    const { runId } = lost.submit('Hi', { requestId: 'r1' })
    await settlePromises()
    for (const session of [await open(), await open()]) {
      const again = session.submit('Hi', { requestId: 'r1' })
      expect(await again.wait()).toMatchObject({ runId, status: 'cancelled', stop: 'owner_lost' })
      expect((await collect(again.events())).at(-1)).toMatchObject({ type: 'run-cancelled', stop: 'owner_lost' })
    }
    expect(runs()).toBe(1)
  })

  it('is run where the store never had it', async () => {
    const { start, open, store, runs } = setUp()
    await start().run('Hi')
    const session = await open()
    const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'other' })
    expect((await session.submit('More', { requestId: 'r1' }).wait()).status).toBe('failed')
    await store.release(lease)
    expect((await (await open()).submit('More', { requestId: 'r1' }).wait()).status).toBe('completed')
    expect(runs()).toBe(2)
  })

  it('is remembered for good, however many come behind it', async () => {
    const { start, open, runs } = setUp()
    const first = start()
    for (let count = 0; count <= 100; count++) await first.submit('Hi', { requestId: `r${count}` }).wait()
    for (const session of [first, await open()]) {
      const { status, turn } = await session.submit('Hi', { requestId: 'r0' }).wait()
      expect([status, turn]).toEqual(['completed', session.getTurn(0)])
    }
    expect(runs()).toBe(101)
  })
})

it('a request id that no store could keep is refused', () => {
  const session = setUp().start()
  expect(() => session.submit('Hi', { requestId: '' })).toThrow(/requestId must be a text/)
  expect(session.turnCount).toBe(0)
})

it('a request that still waits is remembered, however many come behind it', async () => {
  const session = setUp().start('never')
  session.submit('0', { requestId: 'r0' })
  for (let count = 1; count <= 101; count++) session.submit('Hi', { requestId: `r${count}`, whenBusy: 'queue' })
  session.submit('0', { requestId: 'r0', whenBusy: 'queue' })
  session.submit('Hi', { requestId: 'r1', whenBusy: 'queue' })
  expect(session.queue).toHaveLength(101)
})
