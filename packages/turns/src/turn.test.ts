import { describe, expect, it } from 'vitest'
import type { Block, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  assistantText,
  createTurn,
  missingBlocks,
  providerBlock,
  replaceBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  withBlocks,
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

  it('freezes the turn, its lists, its maps and blocks made by hand, and leaves the caller’s list alone', () => {
    const byHand: Block = { ...user, metadata: { list: [1] } }
    const blocks: Block[] = [byHand]
    const turn = createTurn({ blocks, metadata: { a: { b: 1 } }, data: { c: [{}] } })
    const parts = [turn, turn.blocks, byHand, byHand.metadata.list, turn.metadata.a, turn.data.c]
    expect(parts.every(Object.isFrozen)).toBe(true)
    blocks.push(answer)
    expect(turn.blocks).toHaveLength(1)
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

  it('replaces a block under its id, and freezes what was made by hand', () => {
    const changed = { ...answer, text: 'good day' }
    const replaced = replaceBlock(appendBlocks(turn, answer, providerBlock('x', { id: 'x' })), changed)
    expect(replaced.blocks.map(({ id }) => id)).toEqual(['u', 'a', 'x'])
    expect(replaced.blocks[1]).toBe(changed)
    expect(Object.isFrozen(changed)).toBe(true)
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
