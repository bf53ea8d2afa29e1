import { createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import type { SessionOptions } from './session-options.ts'

const builder: SessionOptions['builder'] = { build: () => ({ runInference: async (_, turn) => turn }) }

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: the session must notice.
  return value as T
}

describe('options that are none', () => {
  it.each<[string, object, RegExp]>([
    ['an empty id', { id: '' }, /id must be a text/],
    ['an id that is a number', { id: 7 }, /id must be a text/],
    ['an id that is null', { id: null }, /id must be a text/],
    ['an empty holder', { holder: '' }, /holder must be a text/],
    ['a store without methods', { store: {} }, /the store has no method acquire/],
    [
      'a store that brings no keeper',
      { store: { ...createMemoryStore(), keeper: undefined } },
      /keeper: sessionKeeper/,
    ],
    [
      'a store whose keeper keeps nothing',
      { store: { ...createMemoryStore(), keeper: { kind: 'session-keeper' } } },
      /keeper: sessionKeeper/,
    ],
    ['a store that is null', { store: null }, /the store has no method acquire/],
    ['a store that cannot list', { store: { ...createMemoryStore(), list: undefined } }, /no method list/],
    [
      'a store that keeps no second writer out',
      { store: { ...createMemoryStore(), capabilities: { exclusive: false } } },
      /soleWriter: true/,
    ],
    [
      'a store that does not say what it can do',
      { store: { ...createMemoryStore(), capabilities: undefined } },
      /soleWriter/,
    ],
    ['metadata that is a text', { metadata: 'x' }, /metadata must be an object/],
    ['metadata that no store can keep', { metadata: { deep: [() => 1] } }, /metadata.deep\[0\] is a function/],
    ['a grace that is no time', { graces: { toolMs: -1 } }, /graces.toolMs/],
  ])('are refused where they are given: %s', (_, options, message) => {
    const make = () => new Session(untyped({ builder, ...options }))
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ name: 'SessionError', code: 'invalid_options' }))
  })

  it('let a store that keeps no second writer out be used by who says that there is none', async () => {
    const store = { ...createMemoryStore(), capabilities: { exclusive: false } }
    const session = new Session({ builder, store, id: 's', soleWriter: true })
    await session.run('Hi')
    session.fork()
    await expect(Session.open(store, 's', { builder })).rejects.toThrow(/soleWriter: true/)
    expect((await Session.open(store, 's', { builder, soleWriter: true })).turnCount).toBe(1)
  })

  it('are refused by open and fork as well', async () => {
    await expect(Session.open(untyped({}), 's', { builder })).rejects.toMatchObject({ code: 'invalid_options' })
    await expect(Session.open(createMemoryStore(), '', { builder })).rejects.toMatchObject({ code: 'invalid_options' })
    const session = new Session({ builder })
    session.appendNewTurnFromUserPrompt('Hi')
    expect(() => session.fork({ id: '' })).toThrow(/id must be a text/)
  })
})

describe('metadata', () => {
  it('is the session’s own: what the caller does to his changes nothing', () => {
    const metadata = { title: 'before', later: { deep: 'before' } }
    const session = new Session({ builder, metadata })
    metadata.later.deep = 'after'
    expect(session.metadata).toEqual({ title: 'before', later: { deep: 'before' } })
    expect(() => session.updateMetadata(untyped({ at: new Date(0) }))).toThrow(/metadata.at is an instance of Date/)
    expect(session.metadata.at).toBeUndefined()
  })
})

describe('a turn id', () => {
  it('comes once in a session, also in one that was opened or forked', async () => {
    const store = createMemoryStore()
    const answering: SessionOptions['builder'] = { build: () => ({ runInference: async (_, turn) => turn }) }
    const session = new Session({ builder: answering, store, id: 's' })
    const turn = createTurn({ id: 't', blocks: [userBlock('Hi')] })
    session.append(turn)
    await session.startInference().wait()
    const opened = await Session.open(store, 's', { builder })
    for (const each of [session, opened, session.fork()]) {
      expect(() => each.append(turn)).toThrow(expect.objectContaining({ code: 'duplicate_turn' }))
      expect(each.turnCount).toBe(1)
      each.append(createTurn({ ...turn, id: 'other' }))
      expect(each.turnCount).toBe(2)
    }
  })
})
