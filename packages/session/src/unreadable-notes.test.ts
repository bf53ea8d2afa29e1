import { expect, it } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'
import { SessionError, type StoreFailureReason } from './session-error.ts'
import type { OpenOptions } from './session-options.ts'
import type { SessionStore } from './store.ts'

async function setUp(reason: StoreFailureReason) {
  const sound = createMemoryStore()
  const options: OpenOptions = { builder: { build: () => ({ runInference: async (_, turn) => turn }) } }
  await new Session({ ...options, id: 's', store: sound }).run('1')
  await sound.leaveNote('s', { v: 1, type: 'prompt-ended', runId: 'x', state: 'withdrawn' })
  const notes = () => Promise.reject(new SessionError('store_failed', 'a note is no JSON', { reason }))
  const store: SessionStore = { ...sound, notes }
  return { sound, store, options }
}

it('opens and runs a session of which a note is damaged, tells of it with each result, and leaves the note', async () => {
  const { sound, store, options } = await setUp('damaged')
  const session = await Session.open(store, 's', options)
  for (const prompt of ['2', '3']) {
    const { status, warnings } = await session.submit(prompt).wait()
    expect(status).toBe('completed')
    expect(warnings).toMatchObject([{ code: 'store_failed', message: expect.stringContaining('a note is no JSON') }])
    await session.reload()
  }
  expect(session.turnCount).toBe(3)
  expect(await sound.notes('s')).toHaveLength(1)
})

it('does not open one of which the notes cannot be read now', async () => {
  const { store, options } = await setUp('io')
  await expect(Session.open(store, 's', options)).rejects.toMatchObject({ code: 'store_failed', reason: 'io' })
})
