import { createManualClock } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** An object of a session to which another one has written since. */
async function setUp(changes: Partial<SessionStore> = {}) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const told: string[] = []
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    const said = turn.blocks.at(-1)
    told.push(said?.kind === 'user' && said.content[0]?.type === 'text' ? said.content[0].text : '')
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const other = new Session({ id: 's', store: inner, ...options })
  await other.run('1')
  const session = await Session.open({ ...inner, ...changes }, 's', options)
  await other.run('2')
  return { clock, store: inner, told, session, other }
}

describe('save of a session to which others have written', () => {
  it('resolves once they are left a prompt that waits, which is run once', async () => {
    const { clock, store, told, session } = await setUp()
    const waiting = session.submit('3', { whenBusy: 'queue', requestId: '3' })
    await session.save()
    expect(session.queue).toMatchObject([{ runId: waiting.runId, state: 'stored' }])
    expect((await store.notes('s')).map(({ note }) => note.runId)).toEqual([waiting.runId])
    await clock.advance(5_000)
    expect(await waiting.wait()).toMatchObject({ status: 'completed', warnings: [] })
    expect([told, await store.notes('s'), session.turnCount, clock.scheduled]).toEqual([['1', '2', '3'], [], 3, 0])
  })

  it('says what is not saved, and not that a prompt is to be submitted again that they have', async () => {
    const { session, store } = await setUp()
    session.updateMetadata({ title: 'Mine' })
    const turn = session.appendNewTurnFromUserPrompt('3')
    const error = await session.save().catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'session_conflict',
      message: expect.stringMatching(`not saved: the metadata, turn ${turn.id}\\).*session.reload\\(\\).*fork\\(\\)`),
      cause: { code: 'session_conflict' },
    })
    expect(await store.notes('s')).toEqual([])
  })

  it('names the prompt that they could not be left', async () => {
    const { session } = await setUp({ leaveNote: () => Promise.reject(new Error('disk')) })
    const { runId } = session.submit('3', { whenBusy: 'queue' })
    await expect(session.save()).rejects.toThrow(`not saved: the prompt of run ${runId}): session.save() it again`)
  })

  it('says what is not saved while they run it', async () => {
    const { session, store } = await setUp()
    await store.acquire('s', { ttlMs: 60_000, holder: 'other', runId: 'run_x' })
    session.updateMetadata({ title: 'Mine' })
    await expect(session.save()).rejects.toThrow(/run_x.*; not saved: the metadata$/)
  })
})
