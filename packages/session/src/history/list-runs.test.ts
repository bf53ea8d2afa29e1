import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { SessionStore, StoredRecord } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { listRuns } from './list-runs.ts'

function setUp() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    await clock.advance(5)
    if (JSON.stringify(turn.blocks.at(-1)).includes('fail')) throw new Error('no more')
    return appendBlocks(turn, assistantBlock('yes'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock, store, id: 's' }
  return { clock, store, options }
}

/** The store, with other records in it. */
function changed(store: SessionStore, change: (record: StoredRecord) => readonly StoredRecord[]): SessionStore {
  return {
    ...store,
    async *read(...args) {
      for await (const record of store.read(...args)) yield* change(record)
    },
  }
}

describe('the runs of a session', () => {
  it('are listed as the store has them, with what became of them and when', async () => {
    const { store, clock, options } = setUp()
    const session = new Session(options)
    const start = clock.now()
    const first = await session.submit('one', { requestId: 'r1' }).wait()
    const second = await session.submit('fail').wait()
    expect(await listRuns(store, 's')).toEqual([
      {
        runId: first.runId,
        turnId: first.turn.id,
        requestId: 'r1',
        status: 'completed',
        stop: 'end_turn',
        startedAt: start,
        endedAt: start + 5,
      },
      {
        runId: second.runId,
        turnId: second.turn.id,
        status: 'failed',
        stop: 'error',
        error: expect.objectContaining({ message: 'no more' }),
        startedAt: start + 5,
        endedAt: start + 10,
      },
    ])
  })

  it('are open while they go on, and nothing is written or taken by who looks', async () => {
    const { store, clock, options } = setUp()
    const builder = { build: () => ({ runInference: () => new Promise<never>(() => {}) }) }
    const session = new Session({ ...options, builder })
    const handle = session.submit('one')
    await settlePromises()
    const head = (await store.find('s'))?.head
    expect(await listRuns(store, 's')).toEqual([
      { runId: handle.runId, turnId: session.latest?.id, status: 'open', startedAt: expect.any(Number) },
    ])
    expect((await store.find('s'))?.head).toBe(head)
    await Promise.all([handle.cancel(), clock.advance(60_000)])
    expect(await listRuns(store, 's')).toMatchObject([{ runId: handle.runId, status: 'cancelled', stop: 'user' }])
  })

  it('are none where nothing was run, and there is no list of a session that is not there', async () => {
    const { store, options } = setUp()
    const session = new Session(options)
    session.appendNewTurnFromUserPrompt('draft')
    await session.save()
    expect(await listRuns(store, 's')).toEqual([])
    await expect(listRuns(store, 'other')).rejects.toMatchObject({ code: 'no_such_session' })
    await expect(listRuns(store, '')).rejects.toMatchObject({ code: 'invalid_options', field: 'id' })
  })

  it('have no beginning where it did not reach the store', async () => {
    const { store, options } = setUp()
    const { runId } = await new Session(options).submit('one').wait()
    const late = changed(store, (record) => (record.type === 'run-started' ? [] : [record]))
    const [run] = await listRuns(late, 's')
    expect(run).toMatchObject({ runId, status: 'completed', endedAt: expect.any(Number) })
    expect(run).not.toHaveProperty('startedAt')
  })

  it('say which of their records is damaged', async () => {
    const { store, options } = setUp()
    await new Session(options).run('one')
    const damaged = changed(store, (record) => [record.type === 'run-settled' ? { ...record, status: 'done' } : record])
    await expect(listRuns(damaged, 's')).rejects.toMatchObject({
      code: 'invalid_stored_session',
      field: 'status',
      record: expect.any(Number),
    })
  })
})
