import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore, StoredNote } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const spoil = (line: string) => line.replace('"text":"Second."', '"text":7')

/** A prompt that was left to whoever comes next, and what the store says of it once another owner `goesOn`. */
async function setUp(goesOn: (other: Session) => unknown, readNotes?: () => Promise<readonly StoredNote[]>) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let isChanged = false
  const store: SessionStore = {
    ...inner,
    notes: (id) => (isChanged && readNotes ? readNotes() : inner.notes(id)),
    async *readLines(id) {
      const lines = (await collect(inner.read(id))).map((record) => JSON.stringify(record))
      yield lines.map((line) => (isChanged ? spoil(line) : line)).join('\n')
    },
  }
  const answering = (text: string, until: Promise<unknown> = Promise.resolve()) => ({
    build: () => ({
      runInference: async (_: unknown, turn: Turn) => {
        await until
        return appendBlocks(turn, assistantBlock(text))
      },
    }),
  })
  const gate = Promise.withResolvers<void>()
  const session = new Session({ id: 's', store, clock, builder: answering('First.', gate.promise) })
  const first = session.submit('1')
  const left = session.submit('2', { whenBusy: 'queue', requestId: 'two' })
  await session.save()
  void first.cancel('shutdown')
  gate.resolve()
  await first.wait()
  const other = await Session.open(inner, 's', { clock, builder: answering('Second.') })
  await goesOn(other)
  await settlePromises()
  isChanged = true
  return { clock, session, left, other }
}

const run = (other: Session) => other.beginQueued()

describe('a prompt that was left to another owner', () => {
  it('has failed for who waits for it where its turn cannot be read, and so it has for who asks again', async () => {
    const { clock, session, left, other } = await setUp(run)
    expect(other.turnCount).toBe(2)
    await clock.advance(15_000)
    const failed = { status: 'failed', error: { code: 'invalid_stored_session' }, turn: { blocks: [] } }
    expect(await left.wait()).toMatchObject(failed)
    expect(await session.submit('2', { requestId: 'two' }).wait()).toMatchObject(failed)
    expect(await left.cancel()).toMatchObject(failed)
  })

  it('can be followed by another prompt only when its turn can be read: the refusal says why', async () => {
    const { clock, session, left } = await setUp(run)
    await clock.advance(15_000)
    await left.wait()
    expect(() => session.submit('3')).toThrow(expect.objectContaining({ code: 'invalid_stored_session' }))
    expect(session.isRunning).toBe(false)
  })

  it('has failed where the session stumbles over what the store says', async () => {
    const rename = (other: Session) => {
      other.updateMetadata({ name: 'Ours' })
      return other.save()
    }
    const { clock, left } = await setUp(rename, async () => JSON.parse('[null]'))
    await clock.advance(15_000)
    expect(await left.wait()).toMatchObject({ status: 'failed', error: { name: 'TypeError' } })
  })
})
