import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import type { RunResult } from '../contract/run-result.ts'
import { SessionError } from '../contract/session-error.ts'
import type { Lease, SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** A session whose prompts wait: for another owner, who has taken it behind the first run, or, where it was shut down, for whoever runs it next. */
async function setUp(isShutDown: boolean) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let failure: SessionError | undefined
  let other: Lease | undefined
  const store: SessionStore = {
    ...inner,
    find: (id) => (failure === undefined ? inner.find(id) : Promise.reject(failure)),
    async commit(lease, head, commit) {
      const written = await inner.commit(lease, head, commit)
      if (other !== undefined || !commit.records.some(({ type }) => type === 'run-settled')) return written
      if (commit.release !== true) await inner.release(lease)
      other = await inner.acquire('s', { ttlMs: 60_000, holder: 'other', runId: 'other' })
      return written
    },
  }
  const gate = Promise.withResolvers<void>()
  const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
    signal.addEventListener('abort', () => gate.resolve())
    await gate.promise
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const session = new Session({ id: 's', store, builder: { build: () => ({ runInference }) }, clock })
  const first = session.submit('1')
  const waiting = ['2', '3'].map((text) => session.submit(text, { whenBusy: 'queue' }))
  await session.save()
  if (isShutDown) void first.cancel('shutdown')
  else gate.resolve()
  await first.wait()
  await clock.advance(1_000)
  await settlePromises()
  if (other === undefined) throw new Error('the other owner did not get the session')
  const lease = other
  return {
    ...{ clock, inner, session, waiting, lease },
    fail: (error: SessionError) => {
      failure = error
    },
  }
}

type World = Awaited<ReturnType<typeof setUp>>

const codeOf = (result: RunResult) =>
  result.status === 'failed' && result.error instanceof SessionError ? result.error.code : result.status

it.each<[string, string, (world: World) => Promise<unknown>]>([
  [
    'was deleted',
    'session_conflict',
    async ({ inner, lease }) => {
      await inner.release(lease)
      await inner.delete('s')
    },
  ],
  [
    'has a record of a newer version',
    'unsupported_version',
    async ({ inner, lease }) => {
      const head = (await inner.find('s'))?.head ?? 0
      await inner.commit(lease, head, { records: [{ v: 99, type: 'turn' }], release: true })
    },
  ],
  [
    'has a record that is damaged',
    'invalid_stored_session',
    async ({ inner, lease }) => {
      const head = (await inner.find('s'))?.head ?? 0
      await inner.commit(lease, head, { records: [{ v: 1, type: 'turn', turn: 7 }], release: true })
    },
  ],
  [
    'is in a store that is closed',
    'store_failed',
    async ({ fail }) => fail(new SessionError('store_failed', 'it was closed', { reason: 'closed' })),
  ],
])('prompts that wait have failed, and say why, where their session %s', async (_, code, change) => {
  for (const isShutDown of [false, true]) {
    const world = await setUp(isShutDown)
    const { clock, session, waiting } = world
    expect(waiting.map(({ state }) => state)).toEqual(['queued', 'queued'])
    await change(world)
    await clock.advance(20_000)
    const results = await Promise.race([Promise.all(waiting.map((handle) => handle.wait())), settlePromises()])
    expect(results?.map(codeOf), `${isShutDown}`).toEqual([code, code])
    expect([session.queue, session.isRunning, clock.scheduled]).toEqual([[], false, 0])
  }
})

it('prompts wait on where what is wrong with the store may pass', async () => {
  for (const reason of ['locked', 'disk_full', 'io'] as const) {
    const { clock, waiting, fail } = await setUp(true)
    fail(new SessionError('store_failed', reason, { reason }))
    await clock.advance(60_000)
    expect(waiting.map(({ state }) => state)).toEqual(['queued', 'queued'])
  }
})
