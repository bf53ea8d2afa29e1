import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const texts = ['1', '2', '3', '4', '5']

/** One owner runs the session, and another object of it has been opened. */
async function setUp(over: (inner: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const gate = Promise.withResolvers<void>()
  const builder = {
    build: () => ({
      runInference: async (_: unknown, turn: Turn) => {
        await gate.promise
        return appendBlocks(turn, assistantBlock('Well.'))
      },
    }),
  }
  const owner = new Session({ id: 's', store: inner, builder, clock })
  const first = owner.submit('first')
  await settlePromises()
  const other = await Session.open({ ...inner, ...over(inner) }, 's', { builder, clock, holder: 'other' })
  const queue = (text: string) => other.submit(text, { whenBusy: 'queue' })
  const end = async () => {
    gate.resolve()
    await first.wait()
  }
  return { clock, inner, owner, other, queue, end, open: () => Session.open(inner, 's', { builder, clock }) }
}

function said(session: Session): readonly string[] {
  const blocks = session.latest?.blocks ?? []
  return blocks.flatMap((block) => (block.kind === 'user' ? block.content : [])).map(textOf)
}

function queued(session: Session): readonly string[] {
  return session.queue.flatMap(({ prompt }) => prompt.map(textOf))
}

function textOf(part: { readonly type: string; readonly text?: string }): string {
  return part.text ?? part.type
}

async function runAll(clock: ManualClock, handles: readonly { wait(): Promise<unknown> }[]): Promise<void> {
  await clock.advance(15_000)
  await Promise.all(handles.map((handle) => handle.wait()))
}

describe('prompts submitted while another owner runs the session', () => {
  it('wait, are left and run in the order in which they were submitted', async () => {
    const { clock, inner, owner, other, queue, end, open } = await setUp()
    const handles = texts.map(queue)
    await other.save()
    expect(queued(other)).toEqual(texts)
    expect((await inner.notes('s')).map(({ note }) => note.runId)).toEqual(handles.map(({ runId }) => runId))
    await clock.advance(1_000)
    expect(queued(owner)).toEqual(texts)
    await end()
    await runAll(clock, handles)
    expect(said(await open())).toEqual(['first', ...texts])
  })

  it('are in that order behind those that waited before', async () => {
    const { clock, other, queue, end, open } = await setUp()
    const before = queue('0')
    await settlePromises()
    const handles = [before, ...texts.map(queue)]
    await settlePromises()
    expect(queued(other)).toEqual(['0', ...texts])
    await end()
    await runAll(clock, handles)
    expect(said(await open())).toEqual(['first', '0', ...texts])
  })

  it('go behind one that interrupts and was submitted first', async () => {
    const { other, queue } = await setUp()
    other.submit('now', { whenBusy: 'interrupt' })
    queue('1')
    other.submit('now too', { whenBusy: 'queue' })
    await settlePromises()
    expect(queued(other)).toEqual(['now', '1', 'now too'])
  })

  it('are edited and withdrawn behind the first, which the store refused', async () => {
    const { clock, other, queue, end, open } = await setUp()
    const handles = ['1', '2', '3'].map(queue)
    const answers = [other.editQueued(handles[1]?.runId ?? '', 'two'), other.withdrawQueued(handles[2]?.runId ?? '')]
    await other.save()
    expect(queued(other)).toEqual(['1', 'two'])
    await end()
    await runAll(clock, handles)
    expect(await Promise.all(answers)).toEqual([true, true])
    expect(said(await open())).toEqual(['first', '1', 'two'])
  })
})

it('a prompt that is refused as others have written is before what was submitted while that was found out, also in the store', async () => {
  let release = (): void => {}
  const { clock, inner, other, queue, end, open } = await setUp((store) => ({
    commit: async (lease, head, commit) => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return store.commit(lease, head, commit)
    },
  }))
  await end()
  await other.reload()
  const elsewhere = await open()
  await elsewhere.run('elsewhere')
  const first = queue('1')
  await settlePromises()
  const handles = [first, ...['2', '3'].map(queue)]
  release()
  await settlePromises()
  expect(queued(other)).toEqual(['1', '2', '3'])
  for (let i = 0; i < 40; i++) {
    release()
    await clock.advance(500)
  }
  await Promise.all(handles.map((handle) => handle.wait()))
  const records = (await collect(inner.read('s'))).filter(({ type }) => type === 'prompt-queued')
  expect(records.map(({ runId }) => runId)).toEqual(handles.map(({ runId }) => runId))
  expect(said(await open())).toEqual(['first', 'elsewhere', '1', '2', '3'])
})
