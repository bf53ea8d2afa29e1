import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { RunResult } from './contract/run-result.ts'
import { isSessionBusyError, isSessionConflictError } from './contract/session-error.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

const builder = {
  build: () => ({ runInference: async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('Well.')) }),
}
const errorOf = (result: RunResult): unknown => (result.status === 'failed' ? result.error : undefined)
const stateOf = (session: Session) => [session.turnCount, session.latest, session.lastRun, session.branches()]

/** Two objects on one session; the second was opened when it had one turn. */
async function setUp() {
  const store = createMemoryStore()
  const one = new Session({ id: 's', store, builder })
  await one.run('1')
  return { store, one, two: await Session.open(store, 's', { builder }) }
}

describe('a submission that is refused', () => {
  it('as somebody else has written leaves the history as it was, however often it is made', async () => {
    const { one, two, store } = await setUp()
    await one.run('2')
    const before = stateOf(two)
    const text = 'again'
    for (let time = 0; time < 2; time++) {
      const result = await two.submit(text, { requestId: 'r' }).wait()
      expect(isSessionConflictError(errorOf(result))).toBe(true)
      expect(String(errorOf(result))).toContain('session.reload()')
      expect(result.turn.blocks.at(-1)).toMatchObject({ content: [{ text }] })
      expect(stateOf(two)).toEqual(before)
    }
    await two.reload()
    expect(stateOf(two)).toEqual(stateOf(one))
    expect((await two.submit(text, { requestId: 'r' }).wait()).status).toBe('completed')
    expect(stateOf(await Session.open(store, 's', { builder }))).toEqual(stateOf(two))
  })

  it('as another owner runs the session leaves the history as it was', async () => {
    const { two, store } = await setUp()
    const before = stateOf(two)
    const lease = await store.acquire('s', { ttlMs: 60_000, holder: 'other', runId: 'run_x' })
    const result = await two.submit('2', { requestId: 'r' }).wait()
    expect(isSessionBusyError(errorOf(result))).toBe(true)
    expect(stateOf(two)).toEqual(before)
    await store.release(lease)
    expect((await two.submit('2', { requestId: 'r' }).wait()).status).toBe('completed')
    expect(two.turnCount).toBe(2)
  })

  it('beside another turn leaves the head where it was', async () => {
    const { one, two } = await setUp()
    await one.run('2')
    two.regenerate()
    const before = stateOf(two)
    for (const { turnId } of two.branches()) expect(two.findTurn(turnId).id).toBe(turnId)
    expect(isSessionConflictError(errorOf(await two.startInference().wait()))).toBe(true)
    expect(stateOf(two)).toEqual(before)
  })

  it('by a start or a resumption leaves the turn as it was', async () => {
    const { one, two } = await setUp()
    await one.run('2')
    two.appendNewTurnFromUserPrompt('2')
    const before = two.latest
    const inferenceConfig = { temperature: 0 }
    for (const handle of [() => two.startInference(undefined, { inferenceConfig }), () => two.resume()])
      expect(isSessionConflictError(errorOf(await handle().wait()))).toBe(true)
    expect(two.latest).toEqual(before)
  })
})

describe('reload', () => {
  it('takes over turns, metadata and the last run of another owner, and drops what was not written', async () => {
    const { one, two } = await setUp()
    one.updateMetadata({ title: 'Ours' })
    await one.run('2')
    two.appendNewTurnFromUserPrompt('lost')
    two.updateMetadata({ title: 'Lost' })
    const fork = two.fork()
    await two.reload()
    expect([two.metadata, ...stateOf(two)]).toEqual([one.metadata, ...stateOf(one)])
    expect((await two.submit('3').wait()).status).toBe('completed')
    await one.reload()
    expect(stateOf(one)).toEqual(stateOf(two))
    expect(fork.latest?.blocks.at(-1)).toMatchObject({ content: [{ text: 'lost' }] })
  })

  it('is refused while a run is active, or where there is no store, and changes nothing where the session is gone', async () => {
    const { store, two } = await setUp()
    const handle = two.submit('2')
    await expect(two.reload()).rejects.toMatchObject({ code: 'session_busy' })
    await handle.wait()
    await store.delete('s')
    await expect(two.reload()).rejects.toMatchObject({ code: 'no_such_session' })
    expect(two.turnCount).toBe(2)
    await expect(new Session({ builder }).reload()).rejects.toMatchObject({ code: 'invalid_options' })
  })

  it('is refused where a run has begun while it was reading', async () => {
    const { two } = await setUp()
    const reloading = two.reload()
    const handle = two.submit('2')
    await expect(reloading).rejects.toMatchObject({ code: 'session_busy' })
    expect((await handle.wait()).status).toBe('completed')
    expect(two.turnCount).toBe(2)
  })

  it('goes on where the session was opened while another owner ran it', async () => {
    const { store, two: own } = await setUp()
    const gate = Promise.withResolvers<void>()
    own.builder = {
      build: () => ({
        runInference: async (_: unknown, turn: Turn) => {
          await gate.promise
          return turn
        },
      }),
    }
    const running = own.submit('2')
    await own.save()
    const other = await Session.open(store, 's', { builder })
    gate.resolve()
    await running.wait()
    expect(isSessionConflictError(errorOf(await other.submit('3').wait()))).toBe(true)
    await other.reload()
    expect((await other.submit('3').wait()).status).toBe('completed')
    expect(other.turnCount).toBe(3)
  })
})
