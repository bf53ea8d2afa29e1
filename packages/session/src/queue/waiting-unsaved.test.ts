import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { countCalls } from '../ledger/counted-store.test-helper.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** A prompt that waits in an object which has something of its own that the store has not, and whoever runs the session meanwhile. */
async function setUp() {
  const clock = createManualClock()
  const { store, calls } = countCalls(createMemoryStore({ clock }))
  let gate = Promise.withResolvers<void>()
  const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
    const aborted = new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    await Promise.race([gate.promise, aborted])
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const owner = new Session({ id: 's', store, ...options })
  const first = owner.submit('1')
  await settlePromises()
  const session = await Session.open(store, 's', options)
  const waiting = session.submit('2', { whenBusy: 'queue', requestId: '2' })
  await settlePromises()
  session.updateMetadata({ title: 'Mine' })
  session.appendNewTurnFromUserPrompt('Mine too')
  return {
    ...{ clock, store, calls, owner, first, session, waiting },
    open: () => Session.open(store, 's', options),
    go: () => gate.resolve(),
    hold: () => {
      gate = Promise.withResolvers<void>()
    },
  }
}

describe('the handle of a prompt, in an object with something of its own that is not saved', () => {
  it('ends as another owner has run it, with its events, and what is its own stays', async () => {
    const { clock, owner, first, session, waiting, go } = await setUp()
    go()
    await first.wait()
    await clock.advance(5_000)
    expect(owner.turnCount).toBe(2)
    expect(await waiting.wait()).toMatchObject({ status: 'completed', turn: { id: owner.latest?.id } })
    expect((await collect(waiting.events())).map(({ type }) => type)).toEqual(['run-started', 'run-finished'])
    expect([session.queue, session.turnCount, session.metadata.title]).toEqual([[], 2, 'Mine'])
    expect(clock.scheduled).toBe(0)
    await session.reload()
    expect([session.queue, session.latest]).toEqual([[], owner.latest])
  })

  it('ends as it was withdrawn there', async () => {
    const { clock, owner, first, waiting, go } = await setUp()
    await clock.advance(500)
    expect(await owner.withdrawQueued(waiting.runId)).toBe(true)
    await clock.advance(5_000)
    expect(await waiting.wait()).toMatchObject({ status: 'cancelled', stop: 'user', warnings: [] })
    go()
    await first.wait()
    await clock.advance(5_000)
    expect(clock.scheduled).toBe(0)
  })

  it('stops the run that it has become, and ends as that', async () => {
    const { clock, first, owner, session, waiting, go, hold } = await setUp()
    await clock.advance(500)
    go()
    hold()
    await first.wait()
    await clock.advance(3_000)
    expect([owner.isRunning, waiting.state, session.queue]).toEqual([true, 'running', []])
    const cancelled = waiting.cancel()
    await clock.advance(5_000)
    expect(await cancelled).toMatchObject({ status: 'cancelled', stop: 'user', warnings: [] })
    await clock.advance(10_000)
    expect([owner.isRunning, clock.scheduled]).toEqual([false, 0])
  })

  it('is refused where nobody has run it by the time its turn comes', async () => {
    const { clock, first, waiting, session, open } = await setUp()
    await clock.advance(500)
    const ended = first.cancel('shutdown')
    await clock.advance(5_000)
    await ended
    await clock.advance(5_000)
    expect(await waiting.wait()).toMatchObject({ status: 'failed', error: { code: 'session_conflict' } })
    expect([session.turnCount, clock.scheduled]).toEqual([2, 0])
    expect((await open()).queue.map(({ runId }) => runId)).toEqual([waiting.runId])
  })

  it('ends also where the owner died in the middle of it: the run is settled first', async () => {
    const { clock, store, first, waiting, session, go, hold } = await setUp()
    await clock.advance(500)
    go()
    hold()
    await first.wait()
    await clock.advance(1_000)
    const found = await store.find('s')
    // As a process that is killed leaves it: what it holds runs out.
    Object.assign(store, { renew: () => new Promise(() => {}), commit: store.commit })
    expect(found?.active?.runId).toBe(waiting.runId)
    await clock.advance(30_000)
    expect((await waiting.wait()).status).toBe('cancelled')
    expect(session.turnCount).toBe(2)
  })

  it('is looked after without reading all again and again, also in an object that begins nothing itself', async () => {
    const { clock, calls, owner, first, open, go } = await setUp()
    const handle = owner.submit('3', { whenBusy: 'queue' })
    await owner.save()
    const ended = first.cancel('shutdown')
    await clock.advance(500)
    await ended
    owner.updateMetadata({ title: 'Mine' })
    const other = await open()
    other.updateMetadata({ title: 'Theirs' })
    await other.save()
    await clock.advance(10_000)
    expect(handle.state).toBe('queued')
    calls.clear()
    await clock.advance(60_000)
    expect(calls.get('find')).toBeGreaterThan(20)
    expect(calls.get('readBlob') ?? 0).toBe(0)
    expect(calls.get('notes') ?? 0).toBe(0)
    go()
    const again = await open()
    again.beginQueued()
    await clock.advance(10_000)
    expect(await handle.wait()).toMatchObject({ status: 'completed' })
    expect([owner.turnCount, owner.metadata.title]).toEqual([1, 'Mine'])
  })
})
