import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

/** Two owners of one session, each of which answers when it is let. */
async function setUp() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
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
  const one = new Session({ ...a.options, store, id: 's' })
  const first = one.submit('1')
  await settlePromises()
  const open = () => Session.open(store, 's', b.options)
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
  it('waits for the run of the first one, and is run behind it', async () => {
    const { told, open, first, settle, answerA, answerB } = await setUp()
    const two = await open()
    const handle = two.submit('2', { whenBusy: 'queue', requestId: 'r2' })
    await settlePromises()
    expect([handle.state, two.queue.map(({ runId }) => runId)]).toEqual(['queued', [handle.runId]])
    await expect(two.save()).rejects.toMatchObject({ code: 'session_busy', holder: 'a', runId: first.runId })
    await settle(answerA, answerB)
    expect((await handle.wait()).status).toBe('completed')
    expect([told, two.turnCount]).toEqual([['a: 1', 'b: 2'], 2])
  })

  it('that interrupts stops the run of the first one', async () => {
    const { told, open, first, settle, answerB } = await setUp()
    const two = await open()
    const handle = two.submit('2', { whenBusy: 'interrupt' })
    await settle(() => {}, answerB)
    expect((await first.wait()).stop).toBe('superseded')
    expect((await handle.wait()).status).toBe('completed')
    expect(told).toEqual(['a: 1', 'b: 2'])
  })

  it('may be withdrawn while it waits, and nothing is tried any more', async () => {
    const { clock, told, open, first, settle, answerA } = await setUp()
    const two = await open()
    const handle = two.submit('2', { whenBusy: 'queue' })
    await settlePromises()
    two.withdrawQueued(handle.runId)
    expect((await handle.wait()).stop).toBe('user')
    await settle(answerA)
    expect((await first.wait()).status).toBe('completed')
    expect([told, clock.scheduled]).toEqual([['a: 1'], 0])
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
    const last = two.submit('3', { whenBusy: 'queue' })
    await settle(answerA, answerA)
    expect((await own.wait()).status).toBe('completed')
    expect(await same.wait()).toMatchObject({ status: 'completed', turn: { blocks: (await own.wait()).turn.blocks } })
    expect((await collect(same.events())).map(({ type }) => type)).toEqual(['run-started', 'run-finished'])
    expect([told.slice(0, 2), last.state]).toEqual([['a: 1', 'a: 2'], 'running'])
    expect((await ends()).map(({ runId, state }) => [runId, state])).toContainEqual([own.runId, 'delivered'])
    void last.cancel()
  })
})
