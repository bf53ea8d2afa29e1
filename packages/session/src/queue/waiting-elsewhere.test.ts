import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { Lease, SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** The lease that the first run has kept for the next one is lost, and another owner has it. */
function setUp() {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let other: Lease | undefined
  const take = () => inner.acquire('s', { ttlMs: 60_000, holder: 'other', runId: 'save_1' })
  const store: SessionStore = {
    ...inner,
    async commit(lease, head, commit) {
      const written = await inner.commit(lease, head, commit)
      if (other === undefined && commit.records.some(({ type }) => type === 'run-settled')) {
        await inner.release(lease)
        other = await take()
      }
      return written
    },
  }
  const gate = Promise.withResolvers<void>()
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    await gate.promise
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const builder = { build: () => ({ runInference }) }
  const session = new Session({ id: 's', store, builder, clock })
  const first = session.submit('1')
  const waiting = ['2', '3'].map((text) => session.submit(text, { whenBusy: 'queue', requestId: text }))
  return {
    ...{ clock, inner, session, waiting },
    endFirst: async () => {
      await session.save()
      gate.resolve()
      await first.wait()
      await settlePromises()
    },
    leave: async () => other && inner.release(other),
    open: () => Session.open(inner, 's', { builder, clock }),
  }
}

describe('prompts that wait while another owner has taken the session', () => {
  it('wait on, and are run in their order once it is gone', async () => {
    const { session, waiting, endFirst, leave, clock, inner, open } = setUp()
    await endFirst()
    expect(session.queue.map(({ runId, state }) => [runId, state])).toEqual(
      waiting.map(({ runId }) => [runId, 'stored']),
    )
    expect([session.isRunning, session.turnCount, waiting[0]?.state]).toEqual([false, 1, 'queued'])
    await clock.advance(5_000)
    expect(session.queue).toHaveLength(2)
    await leave()
    await clock.advance(15_000)
    const results = await Promise.all(waiting.map((handle) => handle.wait()))
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed'])
    const told = await Promise.all(waiting.map((handle) => collect(handle.events())))
    expect(told.map((events) => events.map(({ type }) => type))).toEqual([
      ['run-started', 'run-finished'],
      ['run-started', 'run-finished'],
    ])
    const ended = (await collect(inner.read('s'))).filter(({ type }) => type === 'prompt-ended')
    expect(ended.map(({ runId, state }) => [runId, state])).toEqual(waiting.map(({ runId }) => [runId, 'delivered']))
    const opened = await open()
    expect([opened.queue, opened.turnCount, clock.scheduled]).toEqual([[], 3, 0])
  })

  it('are said after what it has written, but for those that it has withdrawn', async () => {
    const { session, waiting, endFirst, leave, clock, open } = setUp()
    await endFirst()
    await leave()
    const other = await open()
    other.withdrawQueued(waiting[1]?.runId ?? '')
    other.appendNewTurnFromUserPrompt('between')
    await other.save()
    await clock.advance(15_000)
    expect((await waiting[0]?.wait())?.status).toBe('completed')
    expect(await waiting[1]?.wait()).toMatchObject({ status: 'cancelled', stop: 'user' })
    const opened = await open()
    expect(opened.latest?.blocks.flatMap((block) => (block.kind === 'user' ? block.content : []))).toMatchObject(
      ['1', 'between', '2'].map((text) => ({ text })),
    )
    expect([opened.queue, opened.latest, opened.turnCount, clock.scheduled]).toEqual([[], session.latest, 3, 0])
  })

  it('have failed where that would cost what this object has not written, and are in the store still', async () => {
    const { session, waiting, endFirst, leave, clock, open } = setUp()
    await endFirst()
    session.updateMetadata({ title: 'Mine' })
    await leave()
    const other = await open()
    other.updateMetadata({ title: 'Theirs' })
    await other.save()
    await clock.advance(15_000)
    for (const handle of waiting) expect(await handle.wait()).toMatchObject({ error: { code: 'session_conflict' } })
    expect([session.metadata.title, session.turnCount, clock.scheduled]).toEqual(['Mine', 1, 0])
    expect((await open()).queue.map(({ runId }) => runId)).toEqual(waiting.map(({ runId }) => runId))
  })

  it('stay in line when the session is read again, with what the store has not heard of them', async () => {
    const { session, waiting, endFirst, leave, clock, open } = setUp()
    await endFirst()
    const [two, three] = waiting.map(({ runId }) => runId)
    await leave()
    const other = await open()
    other.withdrawQueued(two ?? '')
    await other.save()
    session.withdrawQueued(two ?? '')
    session.editQueued(three ?? '', 'edited')
    const four = session.submit('4', { whenBusy: 'queue' })
    await session.reload()
    expect(session.queue.map(({ runId, prompt, state }) => [runId, prompt, state])).toEqual([
      [three, [{ type: 'text', text: 'edited' }], 'stored'],
      [four.runId, [{ type: 'text', text: '4' }], 'stored'],
    ])
    session.beginQueued()
    expect((await four.wait()).status).toBe('completed')
    const opened = await open()
    expect([opened.queue, opened.latest, clock.scheduled]).toEqual([[], session.latest, 0])
  })

  it('may be withdrawn meanwhile, are told so once the store has it, and nothing is tried any more', async () => {
    const { session, waiting, endFirst, leave, clock, open } = setUp()
    await endFirst()
    const answers = waiting.map(({ runId }) => session.withdrawQueued(runId))
    await clock.advance(3_000)
    expect([session.queue, waiting.map(({ state }) => state)]).toEqual([[], ['queued', 'queued']])
    await leave()
    await clock.advance(3_000)
    expect(await Promise.all(answers)).toEqual([true, true])
    for (const handle of waiting)
      expect(await handle.wait()).toMatchObject({ status: 'cancelled', stop: 'user', warnings: [] })
    expect([session.queue, session.turnCount, clock.scheduled, (await open()).queue]).toEqual([[], 1, 0, []])
  })

  it('are cancelled within the grace of the store also where the other owner says nothing, and tell that it may run them', async () => {
    const { session, waiting, endFirst, clock } = setUp()
    await endFirst()
    const answer = session.withdrawQueued(waiting[0]?.runId ?? '')
    const cancelled = waiting[1]?.cancel('deadline')
    await clock.advance(10_000)
    expect(await answer).toBe(false)
    const warnings = [{ code: 'withdrawal_unsure' }]
    expect(await waiting[0]?.wait()).toMatchObject({ status: 'cancelled', stop: 'user', warnings })
    expect(await cancelled).toMatchObject({ status: 'cancelled', stop: 'deadline', warnings })
    await clock.advance(3_000)
    expect(clock.scheduled).toBe(0)
  })

  it('are not overtaken by one that may wait too', async () => {
    const { session, waiting, endFirst, leave, clock } = setUp()
    await endFirst()
    const last = session.submit('4', { whenBusy: 'queue' })
    expect(session.queue.map(({ runId }) => runId)).toEqual([...waiting, last].map(({ runId }) => runId))
    await leave()
    await clock.advance(15_000)
    expect((await last.wait()).status).toBe('completed')
    expect(session.turnCount).toBe(4)
  })

  it('do not hold up save, which says who has the session', async () => {
    const { session, endFirst, leave, clock } = setUp()
    await endFirst()
    session.updateMetadata({ title: 'Later' })
    expect(session.beginQueued()).toBeDefined()
    await expect(session.save()).rejects.toMatchObject({ code: 'session_busy', holder: 'other' })
    await leave()
    await session.save()
    await clock.advance(15_000)
    expect([session.queue, session.turnCount]).toEqual([[], 3])
  })

  it('are begun behind a run that comes in between', async () => {
    const { session, waiting, endFirst, leave, clock } = setUp()
    await endFirst()
    await leave()
    expect((await session.submit('now').wait()).status).toBe('completed')
    await Promise.all(waiting.map((handle) => handle.wait()))
    expect([session.turnCount, clock.scheduled]).toEqual([4, 0])
  })
})
