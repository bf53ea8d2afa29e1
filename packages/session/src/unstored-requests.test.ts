import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { SessionError, type StoreFailureReason } from './contract/session-error.ts'
import type { Commit, SessionStore } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

type Fault = {
  readonly at: 'acquire' | 'commit'
  readonly reason?: StoreFailureReason
  readonly isIt?: (commit: Commit) => boolean
}

/** A store that fails as long as it has a fault, and a session in it that counts what was asked of its engine. */
function setUp() {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: { fault?: Fault | undefined } = {}
  const failAs = ({ reason }: Fault) => new SessionError('store_failed', 'no', reason === undefined ? {} : { reason })
  const faulty: SessionStore = {
    ...inner,
    async acquire(...args) {
      if (store.fault?.at === 'acquire') throw failAs(store.fault)
      return inner.acquire(...args)
    },
    async commit(lease, head, commit) {
      const { fault } = store
      if (fault?.at === 'commit' && fault.isIt?.(commit) !== false) throw failAs(fault)
      return inner.commit(lease, head, commit)
    },
  }
  let asked = 0
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    asked++
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ id: 's', store: faulty, ...options })
  const request = { requestId: 'r' }
  return {
    ...{ clock, inner, store, session },
    ask: (on = session) => on.submit('two', request).wait(),
    open: () => Session.open(faulty, 's', options),
    asked: () => asked,
  }
}

const faults: readonly Fault[] = [
  { at: 'commit', reason: 'disk_full' },
  { at: 'commit', reason: 'read_only' },
  { at: 'commit', reason: 'locked' },
  { at: 'acquire', reason: 'disk_full' },
  { at: 'acquire' },
]

describe.each(faults)('a request of which nothing reached the store, as it failed: $at $reason', (fault) => {
  it('leaves the session as it was, and is run once under its id when it is submitted again', async () => {
    const { session, store, ask, asked, open, inner, clock } = setUp()
    await session.run('one')
    const before = [session.latest, session.lastRun, await collect(inner.read('s'))]
    store.fault = fault
    expect(await ask()).toMatchObject({ status: 'failed', error: { code: 'store_failed' } })
    expect(await ask()).toMatchObject({ status: 'failed', error: { code: 'store_failed' } })
    expect([session.latest, session.lastRun, await collect(inner.read('s'))]).toEqual(before)
    expect([session.findRun('r'), asked(), session.isRunning]).toEqual([undefined, 1, false])
    store.fault = undefined
    const again = ask()
    await clock.advance(20_000)
    expect((await again).status).toBe('completed')
    expect((await ask()).runId).toBe((await again).runId)
    const opened = await open()
    expect((await ask(opened)).runId).toBe((await again).runId)
    expect([asked(), opened.turnCount, opened.latest]).toEqual([2, 2, session.latest])
  })

  it('is run in an opened session, too, also once another prompt was run', async () => {
    const { session, store, ask, asked, open, clock } = setUp()
    await session.run('one')
    store.fault = fault
    await ask()
    store.fault = undefined
    const three = session.run('three')
    await clock.advance(20_000)
    await three
    const opened = await open()
    expect((await ask(opened)).status).toBe('completed')
    expect([asked(), opened.turnCount]).toEqual([3, 3])
  })
})

it.each([undefined, 'io'] as const)(
  'a request of whose beginning nobody knows whether it reached the store stays failed: %s',
  async (reason) => {
    const { session, store, ask, asked } = setUp()
    await session.run('one')
    store.fault = { at: 'commit', ...(reason !== undefined && { reason }) }
    await ask()
    store.fault = undefined
    expect((await ask()).status).toBe('failed')
    await session.run('three')
    expect([(await ask()).status, asked(), session.turnCount]).toEqual(['failed', 2, 3])
  },
)

it('a request that was run stays what it came to, also where that could not be written', async () => {
  const { session, store, ask, asked, open } = setUp()
  await session.run('one')
  const isIt = ({ records }: Commit) => records.some(({ type }) => type === 'run-settled')
  store.fault = { at: 'commit', reason: 'disk_full', isIt }
  const { runId } = await ask()
  store.fault = undefined
  expect((await ask()).runId).toBe(runId)
  await session.save()
  expect((await ask(await open())).runId).toBe(runId)
  expect(asked()).toBe(2)
})

it('a prompt without an id stays in the conversation as one that has failed', async () => {
  const { session, store } = setUp()
  await session.run('one')
  store.fault = { at: 'commit', reason: 'disk_full' }
  expect((await session.submit('two').wait()).status).toBe('failed')
  expect([session.turnCount, session.lastRun?.status]).toEqual([2, 'failed'])
})

it('a request that may wait does not wait for a store that took nothing of it', async () => {
  const { session, store, ask, clock } = setUp()
  await session.run('one')
  store.fault = { at: 'commit', reason: 'disk_full' }
  const result = await session.submit('two', { requestId: 'r', whenBusy: 'queue' }).wait()
  expect([result.status, session.queue, session.turnCount]).toEqual(['failed', [], 1])
  await settlePromises()
  expect(clock.scheduled).toBe(0)
  store.fault = undefined
  expect((await ask()).status).toBe('completed')
})
