import { createManualClock } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { countCalls } from './counted-store.test-helper.ts'

function setUp() {
  const clock = createManualClock()
  const { store, calls } = countCalls(createMemoryStore({ clock }))
  const gate = Promise.withResolvers<void>()
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    await gate.promise
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ ...options, id: 's', store })
  return { clock, calls, gate, session, store, options }
}

describe('what a session asks its store by itself', () => {
  it('is one question every quarter of a second while a run goes on, beside the renewal of its lease', async () => {
    const { clock, calls, session } = setUp()
    session.submit('Hi')
    await clock.advance(1_000)
    calls.clear()
    await clock.advance(10_000)
    const { renew = 0, readInbox = 0, ...others } = Object.fromEntries(calls)
    expect([readInbox, others]).toEqual([40, {}])
    expect(renew).toBeLessThanOrEqual(2)
  })

  it('is nothing while none does', async () => {
    const { clock, calls, gate, session } = setUp()
    gate.resolve()
    await session.run('Hi')
    calls.clear()
    await clock.advance(3_600_000)
    expect([Object.fromEntries(calls), clock.scheduled]).toEqual([{}, 0])
  })

  it('is nothing for prompts that it was opened with, and twice in two seconds whether one has ended of which somebody has the handle', async () => {
    const { clock, calls, gate, session, store, options } = setUp()
    const first = session.submit('Hi')
    session.submit('And?', { whenBusy: 'queue', requestId: 'and' })
    await session.save()
    const ended = first.cancel('shutdown')
    gate.resolve()
    await ended
    const opened = await Session.open(store, 's', options)
    expect(opened.queue).toHaveLength(1)
    await clock.advance(60_000)
    calls.clear()
    await clock.advance(60_000)
    expect(Object.fromEntries(calls)).toEqual({ find: 30, read: 30 })
  })
})
