import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import type { SessionStore } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

/** Two owners of one session, each of which answers when it is let. */
async function setUp({ isDeaf = false } = {}) {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  // The first one goes away: its store does not answer it any more once it runs.
  const never = new Promise<never>(() => {})
  let commits = 0
  const gone: Partial<SessionStore> = {
    ...{ readInbox: () => never, notes: () => never, renew: () => never, appendEvents: () => never },
    ...{ release: () => never, commit: (...input) => (commits++ === 0 ? store.commit(...input) : never) },
  }
  const told: string[] = []
  const optionsOf = (holder: string) => {
    let gate = Promise.withResolvers<void>()
    const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
      const said = turn.blocks.at(-1)
      const text = said?.kind === 'user' && said.content[0]?.type === 'text' ? said.content[0].text : ''
      told.push(`${holder}: ${text}`)
      const aborted = new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      await Promise.race([gate.promise, aborted])
      gate = Promise.withResolvers()
      return appendBlocks(turn, assistantBlock(`${holder} answers.`))
    }
    return { options: { builder: { build: () => ({ runInference }) }, clock, holder }, answer: () => gate.resolve() }
  }
  const [a, b] = [optionsOf('a'), optionsOf('b')]
  const one = new Session({ ...a.options, store: isDeaf ? { ...store, ...gone } : store, id: 's' })
  const first = one.submit('1')
  await settlePromises()
  const open = (ownClock = clock, its: Partial<SessionStore> = {}) =>
    Session.open({ ...store, ...its }, 's', { ...b.options, clock: ownClock })
  const ends = async () => (await collect(store.read('s'))).filter(({ type }) => type === 'prompt-ended')
  const settle = async (...answers: (() => void)[]) => {
    for (const answer of answers) {
      await settlePromises()
      answer()
      await settlePromises()
      await clock.advance(3_000)
    }
  }
  return { clock, store, told, one, first, open, ends, settle, answerA: () => a.answer(), answerB: () => b.answer() }
}

describe('a prompt of a second owner', () => {
  it('is left to the first one, which runs it behind its own, and ends for both as that', async () => {
    const { store, told, open, one, settle, answerA } = await setUp()
    const own = one.submit('2', { whenBusy: 'queue' })
    const two = await open()
    const handle = two.submit('3', { whenBusy: 'queue', requestId: 'r3', tags: { from: 'two' } })
    await settlePromises()
    expect(two.queue.map(({ runId, state }) => [runId, state])).toContainEqual([handle.runId, 'stored'])
    expect([handle.state, (await store.notes('s')).length]).toEqual(['queued', 1])
    await two.save()
    await settle(() => {})
    expect(one.queue.map(({ runId, state }) => [runId, state])).toEqual([
      [own.runId, 'stored'],
      [handle.runId, 'stored'],
    ])
    expect(await store.notes('s')).toEqual([])
    await settle(answerA, answerA, answerA)
    expect(await handle.wait()).toMatchObject({ status: 'completed', runId: handle.runId, turn: one.latest })
    expect((await collect(handle.events())).map(({ type }) => type)).toEqual(['run-started', 'run-finished'])
    expect([told, two.turnCount]).toEqual([['a: 1', 'a: 2', 'a: 3'], 3])
    const again = (await open()).submit('3', { requestId: 'r3' })
    expect([again.runId, again.state]).toEqual([handle.runId, 'settled'])
  })

  it('ends once, with a warning, where what was said of it cannot be read', async () => {
    const { clock, open, settle, answerA } = await setUp()
    const two = await open(clock, {
      readEvents: () => {
        throw new Error('disk I/O error')
      },
    })
    const handle = two.submit('2', { whenBusy: 'queue' })
    const types = collect(handle.events()).then((events) => events.map(({ type }) => type))
    await settle(answerA, answerA)
    expect(await handle.wait()).toMatchObject({
      status: 'completed',
      warnings: [{ code: 'store_failed', message: expect.stringContaining('disk I/O error') }],
    })
    expect(await types).toEqual(['run-finished'])
  })

  it('is found by the first one when its run ends, before it looks again', async () => {
    const { told, open, first, answerA } = await setUp()
    const two = await open()
    two.submit('2', { whenBusy: 'queue' })
    await settlePromises()
    answerA()
    await first.wait()
    await settlePromises()
    expect(told).toEqual(['a: 1', 'a: 2'])
  })

  it('is run by itself where the first one is gone before it has taken it', async () => {
    const { store, told, open, ends, settle, answerB } = await setUp({ isDeaf: true })
    const two = await open()
    const handle = two.submit('2', { whenBusy: 'queue' })
    await settle(() => {}, ...Array.from({ length: 8 }, () => answerB))
    expect((await handle.wait()).status).toBe('completed')
    expect([told, await store.notes('s')]).toEqual([['a: 1', 'b: 2'], []])
    expect((await ends()).map(({ runId, state }) => [runId, state])).toEqual([[handle.runId, 'delivered']])
  })

  it('is in line for whoever opens the session next, where both are gone', async () => {
    const { clock, store, told, open, ends } = await setUp({ isDeaf: true })
    const two = await open(createManualClock())
    const { runId } = two.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    await settlePromises()
    two.editQueued(runId, 'two')
    await settlePromises()
    await clock.advance(20_000)
    const runInference = async (_: unknown, turn: Turn): Promise<Turn> => appendBlocks(turn, assistantBlock('At last.'))
    const three = await Session.open(store, 's', { builder: { build: () => ({ runInference }) }, clock })
    expect(three.queue).toMatchObject([{ runId, state: 'stored', prompt: [{ text: 'two' }] }])
    expect((await three.beginQueued()?.wait())?.status).toBe('completed')
    expect([told, await store.notes('s')]).toEqual([['a: 1'], []])
    expect((await ends()).map((end) => [end.runId, end.state])).toEqual([[runId, 'delivered']])
  })

  it('that interrupts stops the run of the first one, and goes before what waits there', async () => {
    const { told, one, open, first, settle, answerA } = await setUp()
    one.submit('2', { whenBusy: 'queue' })
    const two = await open()
    const handle = two.submit('now', { whenBusy: 'interrupt' })
    await settle(() => {}, answerA, answerA)
    expect((await first.wait()).stop).toBe('superseded')
    expect((await handle.wait()).status).toBe('completed')
    expect(told).toEqual(['a: 1', 'a: now', 'a: 2'])
  })

  it('may be edited and withdrawn while it waits, and says when that came in time', async () => {
    const { clock, told, one, open, first, settle, answerA } = await setUp()
    const two = await open()
    const [kept, gone] = ['2', '3'].map((text) => two.submit(text, { whenBusy: 'queue' }))
    await settlePromises()
    const answers = [two.editQueued(kept?.runId ?? '', 'two'), two.withdrawQueued(gone?.runId ?? '')]
    await settle(() => {})
    expect([await Promise.all(answers), (await gone?.wait())?.stop]).toEqual([[true, true], 'user'])
    expect(one.queue).toMatchObject([{ runId: kept?.runId, prompt: [{ text: 'two' }] }])
    await settle(answerA, answerA)
    expect((await first.wait()).status).toBe('completed')
    expect((await kept?.wait())?.status).toBe('completed')
    expect([told, clock.scheduled]).toEqual([['a: 1', 'a: two'], 0])
  })

  it('that the first one has begun is edited and withdrawn too late', async () => {
    const { told, one, open, settle, answerA } = await setUp()
    const two = await open()
    const handle = two.submit('2', { whenBusy: 'queue' })
    await settlePromises()
    answerA()
    await settlePromises()
    const edited = two.editQueued(handle.runId, 'two')
    await settle(() => {})
    expect([await edited, one.active?.runId, told]).toEqual([false, handle.runId, ['a: 1', 'a: 2']])
    expect([handle.state, await two.withdrawQueued(handle.runId)]).toEqual(['running', false])
    await settle(() => {})
    expect(await handle.wait()).toMatchObject({ status: 'cancelled', stop: 'user', warnings: [] })
  })
})

describe('a request that both owners are asked', () => {
  it('is run once, and ends for both as that run', async () => {
    const { told, one, open, settle, answerA } = await setUp()
    const two = await open()
    const own = one.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    const same = two.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    await settle(() => {}, answerA, answerA)
    expect(await own.wait()).toMatchObject({ status: 'completed' })
    expect(await same.wait()).toMatchObject({ status: 'completed', runId: own.runId })
    expect(told).toEqual(['a: 1', 'a: 2'])
  })

  it('is refused where the other prompt has its id', async () => {
    const { told, one, open, settle, answerA } = await setUp()
    const two = await open()
    one.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    const other = two.submit('another', { whenBusy: 'queue', requestId: 'r2' })
    await settle(() => {}, answerA, answerA)
    expect(await other.wait()).toMatchObject({ status: 'failed', error: { code: 'request_mismatch' } })
    expect(told).toEqual(['a: 1', 'a: 2'])
  })
})

describe('a prompt that both owners have in line', () => {
  it('is run by one of them, and ends for both as that one has ended it', async () => {
    const { told, one, open, ends, settle, answerA } = await setUp()
    const own = one.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    await one.save()
    const two = await open()
    const same = two.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    expect(same.runId).toBe(own.runId)
    await settle(answerA, answerA)
    expect((await own.wait()).status).toBe('completed')
    expect(await same.wait()).toMatchObject({ status: 'completed', turn: { blocks: (await own.wait()).turn.blocks } })
    expect((await collect(same.events())).map(({ type }) => type)).toEqual(['run-started', 'run-finished'])
    expect(told).toEqual(['a: 1', 'a: 2'])
    expect((await ends()).map(({ runId, state }) => [runId, state])).toEqual([[own.runId, 'delivered']])
  })
})

it('passes over notes that are none, and leaves those of a newer version to it', async () => {
  const { store, open, told, settle, answerA } = await setUp()
  await store.leaveNote('s', { v: 1, type: 'prompt-queued', runId: 7 })
  await store.leaveNote('s', { v: 1, type: 'wish' })
  const two = await open()
  const handle = two.submit('2', { whenBusy: 'queue' })
  await settlePromises()
  await store.leaveNote('s', { v: 99, type: 'prompt-queued', runId: 'run_x' })
  await settle(answerA, answerA)
  expect((await handle.wait()).status).toBe('completed')
  expect([told, (await store.notes('s')).map(({ note }) => note.v)]).toEqual([['a: 1', 'a: 2'], [99]])
})
