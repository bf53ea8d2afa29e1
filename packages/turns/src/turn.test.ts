import { describe, expect, it } from 'vitest'
import type { Block, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  assistantText,
  createTurn,
  furtherState,
  missingBlocks,
  providerBlock,
  replaceBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
  viewedTurn,
  withBlocks,
  withView,
} from './index.ts'

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: createTurn must notice.
  return value as T
}

const user = userBlock('hi', { id: 'u' })
const answer = assistantBlock('hello', { id: 'a' })

describe('createTurn', () => {
  it('makes an empty turn with an id of its own and the time', () => {
    const before = Date.now()
    const turn = createTurn()
    expect(turn).toMatchObject({ blocks: [], metadata: {}, data: {} })
    expect(turn.id).not.toBe(createTurn().id)
    expect(turn.createdAt).toBeGreaterThanOrEqual(before)
    expect('parentId' in turn).toBe(false)
  })

  it('keeps copies that nobody can change, and leaves the caller’s own alone', () => {
    const list = [1]
    const byHand: Block = { ...user, metadata: { list } }
    const blocks: Block[] = [byHand]
    const inner = { b: 1 }
    const turn = createTurn({ blocks, metadata: { a: inner }, data: { c: [{}] } })
    const parts = [turn, turn.blocks, turn.blocks[0], turn.blocks[0]?.metadata.list, turn.metadata.a, turn.data.c]
    expect(parts.every(Object.isFrozen)).toBe(true)
    blocks.push(answer)
    list.push(2)
    inner.b = 2
    expect(turn).toMatchObject({ blocks: [{ metadata: { list: [1] } }], metadata: { a: { b: 1 } } })
    expect(turn.blocks).toHaveLength(1)
  })

  it('shares what this package made', () => {
    const turn = createTurn({ blocks: [user], data: { a: {} } })
    const next = createTurn({ ...turn, id: 'next' })
    expect(next.blocks).toBe(turn.blocks)
    expect(next.data).toBe(turn.data)
    expect(createTurn({ blocks: [user] }).blocks[0]).toBe(user)
  })

  it('does not trust what is frozen on its surface alone', () => {
    const inner: { tags: unknown[] } = { tags: ['a'] }
    const turn = createTurn({
      data: Object.freeze({ 'acme.state': untyped<{ tags: string[] }>(inner) }),
      metadata: Object.freeze({ 'acme.state': untyped<{ tags: string[] }>(inner) }),
    })
    inner.tags.push(new Date(0))
    expect(validateTurn(turn)).toEqual([])
    expect([turn.data, turn.metadata]).toEqual([{ 'acme.state': { tags: ['a'] } }, { 'acme.state': { tags: ['a'] } }])
  })

  it.each<[string, Partial<Record<keyof Turn, unknown>>, string]>([
    ['an empty id', { id: '' }, 'id'],
    ['an empty parentId', { parentId: '' }, 'parentId'],
    ['a time that is none', { createdAt: Number.NaN }, 'createdAt'],
    ['blocks that are no list', { blocks: 'none' }, 'blocks'],
    ['metadata that is no object', { metadata: [] }, 'metadata'],
    ['data that JSON cannot hold', { data: { when: new Date(0) } }, 'data.when'],
  ])('refuses %s, and names the field', (_, fields, field) => {
    expect(() => createTurn(untyped(fields))).toThrow(
      expect.objectContaining({
        name: 'TurnError',
        code: 'invalid_turn',
        field,
        message: expect.stringContaining(field),
      }),
    )
  })
})

describe('changing a turn', () => {
  const turn = createTurn({ id: 't', parentId: 'p', blocks: [user], metadata: { m: 1 }, data: { d: 1 } })

  it('makes another one and keeps the rest', () => {
    const longer = appendBlocks(turn, answer)
    expect(longer).toEqual({ ...turn, blocks: [user, answer] })
    expect(turn.blocks).toEqual([user])
    expect([longer, longer.blocks].every(Object.isFrozen)).toBe(true)
    expect(appendBlocks(turn)).toBe(turn)
  })

  it('keeps fields that this version does not know', () => {
    const future = { ...turn, mood: 'good' }
    expect(withBlocks(future, [])).toMatchObject({ mood: 'good', blocks: [] })
  })

  it('replaces a block under its id, by a copy that nobody can change where it was made by hand', () => {
    const changed = { ...answer, text: 'good day' }
    const replaced = replaceBlock(appendBlocks(turn, answer, providerBlock('x', { id: 'x' })), changed)
    expect(replaced.blocks.map(({ id }) => id)).toEqual(['u', 'a', 'x'])
    expect(replaced.blocks[1]).toEqual(changed)
    expect([replaced.blocks[1], changed].map(Object.isFrozen)).toEqual([true, false])
  })

  it('says which block is not there to be replaced, and what to do', () => {
    expect(() => replaceBlock(turn, answer)).toThrow(
      expect.objectContaining({
        code: 'no_such_block',
        field: 'id',
        message: 'turn t has no block a to replace: use appendBlocks',
      }),
    )
  })
})

describe('assistantText', () => {
  const call = toolCallBlock({ callId: 'c', name: 'n', input: { state: 'parsed', value: {} } })
  const result = toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: '' })

  it('joins what was said after the last user or tool result, across reasoning and provider blocks', () => {
    const blocks = [
      user,
      assistantBlock('let me see'),
      call,
      result,
      assistantBlock('It '),
      providerBlock('p'),
      assistantBlock('rains'),
    ]
    expect(assistantText(createTurn({ blocks }))).toBe('It rains')
  })

  it('is empty when the model has not answered', () => {
    expect(assistantText(createTurn())).toBe('')
    expect(assistantText(createTurn({ blocks: [answer, user] }))).toBe('')
  })
})

describe('missingBlocks', () => {
  it('names the blocks that are gone, by id', () => {
    const before = createTurn({ blocks: [user, answer] })
    expect(missingBlocks(before, appendBlocks(before, providerBlock('p')))).toEqual([])
    expect(missingBlocks(before, replaceBlock(before, { ...answer }))).toEqual([])
    expect(missingBlocks(before, withBlocks(before, [answer]))).toEqual(['u'])
  })
})

describe('furtherState', () => {
  it('is what was made of the turn, where that is still the turn', () => {
    const turn = createTurn({ id: 't', createdAt: 1, blocks: [user] })
    const made = appendBlocks(turn, answer)
    expect(furtherState(turn, made)).toBe(made)
  })

  it('has the id, time and other fields of the turn, and the state of what was made of it', () => {
    const later: Turn & { readonly later: boolean } = { ...createTurn({ id: 't', createdAt: 1 }), later: true }
    const made = createTurn({
      id: 'other',
      parentId: 'p',
      createdAt: 2,
      blocks: [user],
      metadata: { m: 1 },
      data: { d: 1 },
    })
    expect(furtherState(later, made)).toEqual({
      id: 't',
      createdAt: 1,
      later: true,
      blocks: [user],
      metadata: { m: 1 },
      data: { d: 1 },
    })
  })

  it('is no view, though what was made of the turn is one', () => {
    const turn = createTurn({ id: 't', blocks: [user, answer] })
    const state = furtherState(turn, withView(turn, [user]))
    expect(viewedTurn(state)).toBeUndefined()
    expect(state.blocks).toEqual([user])
  })

  it('takes over nothing that is no list of blocks', () => {
    const turn = createTurn({ blocks: [user] })
    expect(() => furtherState(turn, untyped({ ...turn, blocks: 'none' }))).toThrow('must be a list')
    expect(() => furtherState(turn, untyped({ ...turn, data: [] }))).toThrow('data must be an object')
  })
})
