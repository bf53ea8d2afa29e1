import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

function setUp() {
  const store = createMemoryStore()
  let calls = 0
  let fails = false
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    calls++
    if (fails) throw new Error('no answer')
    return appendBlocks(turn, assistantBlock(`Answer ${calls}`))
  }
  const options = { builder: { build: () => ({ runInference }) } }
  return {
    store,
    session: new Session({ ...options, store, id: 's' }),
    open: () => Session.open(store, 's', options),
    fail: (now: boolean) => (fails = now),
    calls: () => calls,
  }
}

describe('the latest turn, run for a request', () => {
  it('is run once under its id, while it runs and when it has ended', async () => {
    const { session, calls } = setUp()
    session.appendNewTurnFromUserPrompt('Hi')
    const handle = session.startInference(undefined, { requestId: 'r1' })
    expect(session.startInference(undefined, { requestId: 'r1' })).toBe(handle)
    await handle.wait()
    expect([session.startInference(undefined, { requestId: 'r1' }), session.findRun('r1')]).toEqual([handle, handle])
    expect(calls()).toBe(1)
  })

  it('is not run again in a session that was opened, by whatever the request was for', async () => {
    const { session, open, fail, calls } = setUp()
    await session.submit('Hi', { requestId: 'said' }).wait()
    session.regenerate()
    fail(true)
    const again = session.startInference(undefined, { requestId: 'again' })
    await again.wait()
    fail(false)
    const resumed = session.resume({ requestId: 'resumed' })
    await resumed.wait()
    const opened = await open()
    expect([opened.findRun('again')?.runId, opened.findRun('resumed')?.runId]).toEqual([again.runId, resumed.runId])
    expect(await opened.findRun('again')?.wait()).toMatchObject({ status: 'failed' })
    expect(opened.resume({ requestId: 'resumed' }).runId).toBe(resumed.runId)
    expect(opened.startInference(undefined, { requestId: 'said' }).isRunning).toBe(false)
    expect([calls(), opened.lastRun?.requestId]).toEqual([3, 'resumed'])
  })

  it('is free for another try where it never began', async () => {
    const { session, calls } = setUp()
    expect(() => session.startInference(undefined, { requestId: 'r1' })).toThrow(/no turn/)
    expect(session.findRun('r1')).toBeUndefined()
    session.appendNewTurnFromUserPrompt('Hi')
    await session.startInference(undefined, { requestId: 'r1' }).wait()
    expect(calls()).toBe(1)
  })

  it('must have an id that is a text', () => {
    const { session } = setUp()
    session.appendNewTurnFromUserPrompt('Hi')
    expect(() => session.startInference(undefined, { requestId: '' })).toThrow(/requestId must be a text/)
    expect(() => session.findRun('')).toThrow(/requestId must be a text/)
    expect(session.isRunning).toBe(false)
  })
})
