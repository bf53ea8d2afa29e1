import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { isSessionConflictError } from './contract/session-error.ts'
import type { SessionStore } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

const builder = {
  build: () => ({ runInference: async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('Well.')) }),
}

/** A session of one turn, and what somebody else has begun under its id after deleting it: as many records. */
async function remake() {
  const store = createMemoryStore()
  const stale = new Session({ id: 's', store, builder })
  await stale.run('one')
  await store.delete('s')
  const other = new Session({ id: 's', store, builder })
  await other.run('another one')
  return { store, stale, other }
}

it('knows that the session in the store is another one, though it has as many records', async () => {
  const { stale, other } = await remake()
  expect([await stale.hasChangedElsewhere(), await other.hasChangedElsewhere()]).toEqual([true, false])
})

it('does not write a run or metadata into another session of its id', async () => {
  const { store, stale, other } = await remake()
  const result = await stale.submit('two').wait()
  expect(isSessionConflictError(result.status === 'failed' && result.error)).toBe(true)
  stale.updateMetadata({ title: 'Stale' })
  await expect(stale.save()).rejects.toMatchObject({ code: 'session_conflict' })
  expect((await other.submit('two').wait()).status).toBe('completed')
  const opened = await Session.open(store, 's', { builder })
  expect([opened.turnCount, opened.metadata]).toEqual([2, {}])
})

it('does not leave a prompt to another session of its id', async () => {
  const { store, stale } = await remake()
  const waiting = stale.submit('two', { whenBusy: 'queue' })
  await expect(stale.save()).rejects.toMatchObject({ code: 'session_conflict' })
  expect(await store.notes('s')).toEqual([])
  await waiting.cancel()
})

it('goes on with the other one after a reload', async () => {
  const { stale, other } = await remake()
  await stale.reload()
  expect(stale.latest).toEqual(other.latest)
  expect((await stale.submit('two').wait()).status).toBe('completed')
})

it('does not look at the log of a session that nobody else can have held', async () => {
  const inner = createMemoryStore()
  let reads = 0
  const store: SessionStore = {
    ...inner,
    read: (...args) => {
      reads++
      return inner.read(...args)
    },
  }
  const session = new Session({ id: 's', store, builder })
  for (const prompt of ['one', 'two', 'three']) await session.run(prompt)
  expect(reads).toBe(0)
})

it('says of a session that was deleted what to do', async () => {
  const store = createMemoryStore()
  const session = new Session({ id: 's', store, builder })
  await session.run('one')
  await store.delete('s')
  const result = await session.submit('two').wait()
  expect(result).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/deleted.*session\.fork\(\)/) },
  })
  const fork = session.fork({ id: 's' })
  expect((await fork.submit('two').wait()).status).toBe('completed')
  expect((await Session.open(store, 's', { builder })).turnCount).toBe(2)
})
