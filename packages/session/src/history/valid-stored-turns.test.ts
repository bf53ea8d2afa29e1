import { appendBlocks, assistantBlock, encodeBlock, type Turn, toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { StoredRecord } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const builder = {
  build: () => ({ runInference: async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('I see.')) }),
}
const openCall = toolCallBlock({ callId: 'c', name: 'pay', input: { state: 'parsed', value: {} } }, { id: 'call' })

/** A store with a session of two turns, to which records were added. */
async function setUp(added: (turnIds: readonly string[]) => readonly StoredRecord[]) {
  const store = createMemoryStore()
  const session = new Session({ builder, store, id: 's' })
  for (const prompt of ['One', 'Two']) await session.run(prompt)
  const ids = [session.getTurn(0).id, session.getTurn(1).id]
  const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
  const head = (await collect(store.read('s'))).length
  await store.commit(lease, head, { records: added(ids), release: true })
  return { head, open: () => Session.open(store, 's', { builder }) }
}

const withCall = (id: string | undefined): StoredRecord => ({
  v: 1,
  type: 'turn',
  turn: { id: id ?? '', parts: [[0, 2], encodeBlock(openCall)] },
})

describe('a stored session', () => {
  it('whose latest turn is not valid is refused, with the record, the problem and the way out', async () => {
    const { head, open } = await setUp(([, last]) => [withCall(last)])
    await expect(open()).rejects.toMatchObject({
      code: 'invalid_stored_session',
      record: head,
      field: 'turn.blocks[2].callId',
    })
    await expect(open()).rejects.toThrow(/call c of pay has no result.*repairTurn/)
  })

  it('is opened where an older turn is not, as nobody goes on from that', async () => {
    const { open } = await setUp(([first]) => [withCall(first)])
    expect((await open()).turnCount).toBe(2)
  })

  it('with a number that leaves none for the next event is refused, not written to', async () => {
    const far = (seq: number) =>
      setUp(([, turnId]) => [
        {
          v: 1,
          type: 'run-settled',
          runId: 'r',
          turnId: turnId ?? '',
          status: 'completed',
          stop: 'end_turn',
          settledAt: 1,
          epoch: 1,
          seq,
        },
      ])
    await expect((await far(2 ** 53 - 1)).open()).rejects.toMatchObject({
      code: 'invalid_stored_session',
      field: 'seq',
    })
    const last = await far(2 ** 52 + 1)
    await expect(last.open()).rejects.toMatchObject({ code: 'invalid_stored_session', field: 'seq' })
    expect((await (await far(2 ** 51)).open()).turnCount).toBe(2)
  })
})
