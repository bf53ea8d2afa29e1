import { encodeBlock, userBlock } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { SessionError, type StoreFailureReason } from '../contract/session-error.ts'
import type { OpenOptions } from '../contract/session-options.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { exportSession } from '../transfer/export-session.ts'
import { importSession } from '../transfer/import-session.ts'

it('takes in the sound ones beside a damaged one, and tells of that with each result', async () => {
  const { sound, options } = await setUp('damaged')
  const damaged = { number: 1, note: { v: 1, type: 'damaged' }, damage: 'note 1 of session s is no JSON' }
  const withDamage = async (id: string) => [damaged, ...(await sound.notes(id)).filter(({ number }) => number > 1)]
  const store: SessionStore = {
    ...sound,
    notes: withDamage,
    readInbox: async (lease) => ({ ...(await sound.readInbox(lease)), notes: await withDamage('s') }),
  }
  const said = encodeBlock(userBlock('2', { id: 'blk_2', createdAt: 1 }))
  await sound.leaveNote('s', { v: 1, type: 'prompt-queued', runId: 'run_2', isUrgent: false, submittedAt: 1, said })
  const session = await Session.open(store, 's', options)
  expect(session.queue.map(({ runId }) => runId)).toEqual(['run_2'])
  const result = await session.beginQueued()?.wait()
  expect([result?.status, result?.warnings]).toMatchObject([
    'completed',
    [{ code: 'store_failed', message: expect.stringContaining('note 1 of session s is no JSON') }],
  ])
  const lines = await collect(exportSession(store, 's'))
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ end: { damagedNotes: [1] } })
  const there = createMemoryStore()
  await importSession(there, lines)
  expect((await Session.open(there, 's', options)).turnCount).toBe(2)
})

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

it('leaves what a newer version has left to it, and so what was left after that', async () => {
  const { sound, options } = await setUp('damaged')
  const said = encodeBlock(userBlock('2', { id: 'blk_2', createdAt: 1 }))
  const prompt = { type: 'prompt-queued', isUrgent: false, submittedAt: 1, said }
  await sound.leaveNote('s', { ...prompt, v: 99, runId: 'newer' })
  await sound.leaveNote('s', { ...prompt, v: 1, runId: 'ours' })
  const session = await Session.open(sound, 's', options)
  expect(session.queue).toEqual([])
  await session.run('3')
  const left = await sound.notes('s')
  expect(left.map(({ note }) => note.runId)).toEqual(['newer', 'ours'])
})
