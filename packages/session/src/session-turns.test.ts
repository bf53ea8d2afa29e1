import { background } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import {
  appendBlocks,
  assistantBlock,
  assistantText,
  createTurn,
  pendingCalls,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import type { SessionStore } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

/** Answers every turn with the next number; waits for `go`, where that is given. */
function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  let count = 0
  let go: Promise<void> = Promise.resolve()
  const runInference = async (_: unknown, turn: Turn) => {
    await go
    return appendBlocks(turn, assistantBlock(`answer ${++count}`))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ ...options, store, id: 's' })
  return {
    session,
    store,
    options,
    clock,
    open: () => Session.open(store, 's', options),
    types: async () => (await collect(store.read('s'))).map(({ type }) => type),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      go = promise
      return resolve
    },
  }
}

const textOf = ({ latest }: Session) => (latest === undefined ? undefined : assistantText(latest))
const said = (turn: Turn | undefined) =>
  turn?.blocks
    .map((block) => (block.kind === 'user' ? block.content[0] : block.kind))
    .map((part) => {
      return typeof part === 'object' && part.type === 'text' ? part.text : part
    })

describe('regenerate', () => {
  it('asks the same once more, in a turn beside the first, and both stay', async () => {
    const { session, open } = setUp()
    const first = await session.run('Hi')
    const turn = session.regenerate()
    expect([turn.id === first.id, turn.parentId, said(turn)]).toEqual([false, undefined, ['Hi']])
    await session.startInference().wait()
    expect([session.turnCount, textOf(session)]).toEqual([1, 'answer 2'])
    const opened = await open()
    expect(opened.branches()).toMatchObject([
      { turnId: first.id, tipId: first.id, isCurrent: false },
      { turnId: turn.id, tipId: turn.id, isCurrent: true },
    ])
    expect(opened.latest).toEqual(session.latest)
    expect(opened.checkout(first.id)).toEqual(first)
    expect(() => opened.startInference()).toThrow(/already completed/)
  })

  it('of an earlier turn goes on from there, without what followed', async () => {
    const { session } = setUp()
    await session.run('one')
    const second = await session.run('two')
    const third = await session.run('three')
    const turn = session.regenerate({ at: 1 })
    expect([session.turnCount, turn.parentId, said(turn)]).toEqual([2, second.parentId, ['one', 'assistant', 'two']])
    expect(session.branches().map(({ tipId }) => tipId)).toEqual([third.id, turn.id])
    expect(session.checkout(third.id)).toEqual(third)
    expect([session.turnCount, session.getTurn(1)]).toEqual([3, second])
  })

  it('takes over what the request is made of, and nothing that is known of the first answer', async () => {
    const { session } = setUp()
    session.append(createTurn({ data: { tone: 'kind' }, metadata: { seen: true }, blocks: [userBlock('Hi')] }))
    await session.startInference().wait()
    expect(session.regenerate()).toMatchObject({ data: { tone: 'kind' }, metadata: {} })
  })

  it('cuts off the answer of a turn that was given with it', async () => {
    const { session } = setUp()
    session.append(createTurn({ blocks: [userBlock('a'), assistantBlock('x'), userBlock('b'), assistantBlock('y')] }))
    expect(said(session.regenerate())).toEqual(['a', 'assistant', 'b'])
  })

  it('leaves calls that wait to the turn that has them', () => {
    const { session } = setUp()
    const call = toolCallBlock({ callId: 'c', name: 'ask', input: { state: 'parsed', value: {} } })
    const result = toolResultBlock({ callId: 'c', name: 'ask', outcome: 'pending', content: [] })
    const turn = createTurn({ blocks: [userBlock('a'), call, result, userBlock('b')] })
    session.append(turn)
    expect(pendingCalls(session.regenerate())).toEqual([])
    expect(() => session.answerToolCalls([{ callId: 'c', content: 'yes' }])).toThrow(/does not wait/)
    session.checkout(turn.id)
    session.answerToolCalls([{ callId: 'c', content: 'yes' }])
  })

  it('of a turn that is not there says which there are, and nothing is moved', () => {
    const { session } = setUp()
    expect(() => session.regenerate()).toThrow(expect.objectContaining({ code: 'no_such_turn' }))
    expect(session.branches()).toEqual([])
    expect(() => session.checkout('t')).toThrow(expect.objectContaining({ code: 'no_such_turn' }))
  })
})

describe('editPrompt', () => {
  it('says something else in the place of a prompt', async () => {
    const { session } = setUp()
    await session.run('one')
    await session.run('two')
    expect(said(session.editPrompt('deux'))).toEqual(['one', 'assistant', 'deux'])
    await session.startInference().wait()
    expect([session.turnCount, textOf(session)]).toEqual([2, 'answer 3'])
    expect(said(session.editPrompt('eins', { at: 0 }))).toEqual(['eins'])
    expect(session.turnCount).toBe(1)
    expect(() => session.editPrompt('')).toThrow(expect.objectContaining({ code: 'invalid_block' }))
    expect(session.branches().map(({ prompt }) => prompt)).toEqual(['two', 'deux', 'eins'])
  })
})

describe('a session with branches', () => {
  it('runs a turn that is not the newest, and stores that one’s answer', async () => {
    const { session, open } = setUp()
    const draft = session.appendNewTurnFromUserPrompt('one')
    session.editPrompt('two')
    await session.startInference().wait()
    session.checkout(draft.id)
    await session.startInference().wait()
    const opened = await open()
    expect([opened.latest?.id, textOf(opened)]).toEqual([draft.id, 'answer 2'])
    const [, other] = opened.branches()
    expect(assistantText(opened.checkout(other?.tipId ?? ''))).toBe('answer 1')
  })

  it('forks what leads to its latest turn, and knows in the store what was completed', async () => {
    const { session, store, options } = setUp()
    const first = await session.run('one')
    await session.run('two')
    session.editPrompt('deux')
    const fork = session.fork({ id: 'fork' })
    await fork.save()
    const opened = await Session.open(store, 'fork', options)
    expect([opened.turnCount, opened.branches()]).toMatchObject([2, [{ isCurrent: true }]])
    opened.checkout(first.id)
    expect(() => opened.startInference()).toThrow(/already completed/)
    opened.checkout(opened.branches()[0]?.tipId ?? '')
  })

  it('does not change while a run is active', async () => {
    const { session } = setUp()
    const { id } = await session.run('one')
    const handle = session.submit('two')
    for (const deed of [
      () => session.checkout(id),
      () => session.regenerate(),
      () => session.editPrompt('x'),
      () => session.append(createTurn()),
    ])
      expect(deed).toThrow(expect.objectContaining({ code: 'session_busy' }))
    expect(session.branches()).toHaveLength(1)
    await handle.wait()
  })
})

describe('save', () => {
  it('writes what no run has written: turns, a head that was moved, metadata; and nothing where there is nothing', async () => {
    const { session, open, types } = setUp()
    const first = await session.run('one')
    await session.run('two')
    const before = (await types()).length
    session.checkout(first.id)
    session.updateMetadata({ title: 'Renamed' })
    await session.save()
    expect((await types()).slice(before)).toEqual(['session', 'head'])
    await session.save()
    expect((await types()).slice(before)).toHaveLength(2)
    const opened = await open()
    expect([opened.latest, opened.metadata.title]).toEqual([first, 'Renamed'])
    session.appendNewTurnFromUserPrompt('three')
    await session.save()
    expect(said((await open()).latest)).toEqual(['one', 'assistant', 'three'])
  })

  it('is refused while another holds the session, when another has written, and without a store', async () => {
    const { session, store, open, options } = setUp()
    await session.run('one')
    const other = await open()
    const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
    session.updateMetadata({ title: 'Mine' })
    await expect(session.save()).rejects.toMatchObject({ code: 'session_busy', runId: 'r' })
    await store.release(lease)
    other.updateMetadata({ title: 'Theirs' })
    await other.save()
    await expect(session.save()).rejects.toMatchObject({ code: 'session_conflict' })
    expect((await open()).metadata.title).toBe('Theirs')
    await expect(new Session(options).save()).rejects.toMatchObject({ code: 'invalid_options' })
  })

  it('is waited for by a run that starts meanwhile, and gives its lease back also where it fails', async () => {
    const gate = Promise.withResolvers<void>()
    let commits = 0
    const { session, clock, open } = setUp((inner) => ({
      async commit(...args) {
        commits++
        if (commits === 1) await gate.promise
        if (commits === 2) throw new Error('disk full')
        return inner.commit(...args)
      },
    }))
    session.updateMetadata({ title: 'x' })
    const saved = session.save(background({ clock }))
    await settlePromises()
    const handle = session.submit('one')
    await settlePromises()
    gate.resolve()
    await saved
    expect(await handle.wait()).toMatchObject({ status: 'failed', error: { code: 'store_failed' } })
    await session.save()
    expect(said((await open()).latest)).toEqual(['one'])
    expect(clock.scheduled).toBe(0)
  })
})
