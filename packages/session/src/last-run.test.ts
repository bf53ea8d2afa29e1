import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import type { InferenceRunner } from './contract/builder.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

const answer = async (_: unknown, turn: Turn): Promise<Turn> => appendBlocks(turn, assistantBlock('Well.'))
const hang = () => new Promise<never>(() => {})
const fail = () => Promise.reject(new TypeError('no such model', { cause: new Error('') }))

function setUp() {
  const storeClock = createManualClock()
  const store = createMemoryStore({ clock: storeClock })
  const optionsOf = (runInference: InferenceRunner['runInference'], clock = storeClock) => ({
    builder: { build: () => ({ runInference }) },
    clock,
  })
  /** A session of a process that stands still from when it hangs. */
  const start = (runInference: InferenceRunner['runInference']) =>
    new Session({ ...optionsOf(runInference, createManualClock()), store, id: 's' })
  const open = async () => {
    await storeClock.advance(20_000)
    return Session.open(store, 's', optionsOf(answer))
  }
  return { start, open }
}

it('the last run is that which ended last, and a session that is opened knows it as the first one did', async () => {
  const { start, open } = setUp()
  const session = start(answer)
  expect(session.lastRun).toBeUndefined()
  const { runId, turn } = await session.submit('Hi', { requestId: 'r1' }).wait()
  expect(session.lastRun).toEqual({ runId, turnId: turn.id, status: 'completed', stop: 'end_turn', requestId: 'r1' })
  expect((await open()).lastRun).toEqual(session.lastRun)
})

it('why it failed is known as data, whatever was thrown', async () => {
  const { start, open } = setUp()
  const session = start(fail)
  await session.submit('Hi').wait()
  const error = { name: 'TypeError', code: 'unknown', message: 'no such model' }
  expect(session.lastRun).toMatchObject({ status: 'failed', stop: 'error', error })
  expect((await open()).lastRun).toEqual(session.lastRun)
})

it('of a run whose process is gone it says so, and there is something to resume', async () => {
  const { start, open } = setUp()
  const lost = start(hang).submit('Hi', { requestId: 'r1' })
  await settlePromises()
  const session = await open()
  expect(session.lastRun).toMatchObject({ runId: lost.runId, status: 'cancelled', stop: 'owner_lost', requestId: 'r1' })
  expect((await session.resume().wait()).status).toBe('completed')
  expect(session.lastRun).toMatchObject({ status: 'completed' })
  expect((await open()).lastRun).toEqual(session.lastRun)
})
