import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Block, Turn, TurnProblem } from './index.ts'
import {
  appendBlocks,
  assertValidTurn,
  assistantBlock,
  createTurn,
  decodeBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
} from './index.ts'
import { watchBlocks } from './watched-block.test-helper.ts'

/** What a foreign engine or store can hand over, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: validateTurn must notice.
  return value as T
}

const user = userBlock('hi', { id: 'u', createdAt: 1 })
const call = (callId: string, id = `call-${callId}`): Block =>
  toolCallBlock({ callId, name: 'tool', input: { state: 'parsed', value: {} } }, { id, createdAt: 1 })
const result = (callId: string, id = `result-${callId}`): Block =>
  toolResultBlock({ callId, name: 'tool', outcome: 'ok', content: 'done' }, { id, createdAt: 1 })
const turn = (...blocks: Block[]): Turn => createTurn({ id: 't', createdAt: 1, blocks })
const found = (problems: readonly TurnProblem[]): [string, string][] => problems.map(({ code, field }) => [code, field])

afterEach(() => vi.restoreAllMocks())

describe('validateTurn', () => {
  it('finds nothing wrong with an empty turn, nor with answered calls in any order', () => {
    expect(validateTurn(turn())).toEqual([])
    expect(validateTurn(turn(user, call('1'), call('2'), result('2'), result('1'), assistantBlock('')))).toEqual([])
  })

  it('keeps quiet about blocks of unknown kind', () => {
    expect(validateTurn(turn(decodeBlock({ id: 'x', kind: 'hologram' }, 'block')))).toEqual([])
  })

  it('empty_id: a turn or a block without an id', () => {
    expect(found(validateTurn({ ...turn(), id: '' }))).toEqual([['empty_id', 'id']])
    expect(found(validateTurn({ ...turn(), blocks: [user, { ...user, id: '' }] }))).toEqual([
      ['empty_id', 'blocks[1].id'],
    ])
  })

  it('duplicate_id: two blocks of one id', () => {
    expect(found(validateTurn(turn(user, { ...user })))).toEqual([['duplicate_id', 'blocks[1].id']])
  })

  it('not_json: what could not be stored, in metadata, data or a block', () => {
    const date = untyped<string>(new Date(0))
    expect(found(validateTurn({ ...turn(), metadata: { at: date } }))).toEqual([['not_json', 'metadata.at']])
    expect(found(validateTurn({ ...turn(), data: { a: [date] } }))).toEqual([['not_json', 'data.a[0]']])
    expect(found(validateTurn({ ...turn(), blocks: [{ ...user, metadata: { at: date } }] }))).toEqual([
      ['not_json', 'blocks[0].metadata.at'],
    ])
  })

  it.each<[string, unknown, string]>([
    ['undefined', undefined, ''],
    ['a text', 'turn', ''],
    ['no list of blocks', { ...turn(), blocks: 'none' }, 'blocks'],
    ['no time', { ...turn(), createdAt: '1' }, 'createdAt'],
    ['metadata that is a list', { ...turn(), metadata: [] }, 'metadata'],
    ['no data', { ...turn(), data: undefined }, 'data'],
    ['an empty parentId', { ...turn(), parentId: '' }, 'parentId'],
  ])('malformed_turn: %s', (_, value, field) => {
    expect(found(validateTurn(untyped(value)))).toEqual([['malformed_turn', field]])
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'blocks[0]'],
    ['a text', 'hi', 'blocks[0]'],
    ['a kind that nobody knows', { ...user, kind: 'usr' }, 'blocks[0].kind'],
    ['no metadata', { ...user, metadata: undefined }, 'blocks[0].metadata'],
    ['no content', { ...user, content: [] }, 'blocks[0].content'],
    ['a damaged part', { ...user, content: [{ type: 'text' }] }, 'blocks[0].content[0].text'],
    ['a text that is a number', { ...assistantBlock('x'), text: 3 }, 'blocks[0].text'],
  ])('malformed_block: %s', (_, block, field) => {
    expect(found(validateTurn({ ...turn(), blocks: [untyped(block)] }))).toEqual([['malformed_block', field]])
  })

  it('malformed_block: an unknown block without what was stored', () => {
    const unknown = { id: 'x', kind: 'unknown', createdAt: 1, metadata: {} }
    expect(found(validateTurn({ ...turn(), blocks: [untyped(unknown)] }))).toEqual([
      ['malformed_block', 'blocks[0].stored'],
    ])
  })

  it('duplicate_call: one call id used twice', () => {
    expect(found(validateTurn(turn(call('1'), call('1', 'again'), result('1'))))).toEqual([
      ['duplicate_call', 'blocks[1].callId'],
    ])
  })

  it('orphan_result: a result whose call is not there, or comes later', () => {
    expect(found(validateTurn(turn(result('1'))))).toEqual([['orphan_result', 'blocks[0].callId']])
    expect(found(validateTurn(turn(result('1'), call('1')), { open: true }))).toEqual([
      ['orphan_result', 'blocks[0].callId'],
    ])
  })

  it('duplicate_result: two results for one call', () => {
    expect(found(validateTurn(turn(call('1'), result('1'), result('1', 'again'))))).toEqual([
      ['duplicate_result', 'blocks[2].callId'],
    ])
  })

  it('unanswered_call: a call without a result, unless the turn may be open', () => {
    const open = turn(user, call('1'), call('2'), result('1'))
    expect(found(validateTurn(open))).toEqual([['unanswered_call', 'blocks[2].callId']])
    expect(validateTurn(open, { open: true })).toEqual([])
  })

  it('reports all problems, in order', () => {
    const problems = validateTurn({ ...turn(user, { ...user }, result('9')), id: '' })
    expect(found(problems).map(([code]) => code)).toEqual(['empty_id', 'duplicate_id', 'orphan_result'])
  })

  it('looks again at a block that could have been changed since', () => {
    const loose = { ...user, metadata: { note: 'x' } as Record<string, unknown> }
    const made = { ...turn(), blocks: [untyped<Block>(loose)] }
    expect(validateTurn(made)).toEqual([])
    loose.metadata.note = () => {}
    expect(found(validateTurn(made))).toEqual([['not_json', 'blocks[0].metadata.note']])
  })

  it('looks at a block that was made here for its place among the others alone, also in a list that was not', () => {
    const { looks } = watchBlocks('u')
    const watched = userBlock('hi', { id: 'u', createdAt: 1 })
    for (const blocks of [turn(watched, watched).blocks, [watched, watched]]) {
      validateTurn({ ...turn(), blocks })
      const before = looks()
      expect(found(validateTurn({ ...turn(), blocks }))).toEqual([['duplicate_id', 'blocks[1].id']])
      expect(looks() - before).toBeGreaterThan(0)
      expect(looks() - before).toBeLessThan(10)
    }
  })

  it('never throws: what cannot be read is a problem, with its place', () => {
    const throwing = () => {
      throw new Error('boo')
    }
    const getter = (name: string) => Object.defineProperty({ ...user }, name, { get: throwing, enumerable: true })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const list = new Proxy([user], { get: throwing })
    const bytes = Object.freeze({ ...user, metadata: Object.freeze({ b: new Uint8Array(3) }) })
    const blocks: [unknown, string][] = [
      [getter('content'), 'blocks[0].content'],
      [getter('kind'), 'blocks[0].kind'],
      [proxy, 'blocks[0]'],
      [bytes, 'blocks[0].metadata.b'],
    ]
    for (const [block, field] of blocks)
      expect(found(validateTurn({ ...turn(), blocks: [untyped(block)] }))).toEqual([['not_json', field]])
    const turns: [unknown, string][] = [
      [proxy, ''],
      [{ ...turn(), blocks: list }, 'blocks'],
      [{ ...turn(), blocks: proxy }, 'blocks'],
      [Object.defineProperty({ ...turn() }, 'blocks', { get: throwing, enumerable: true }), 'blocks'],
      [Object.defineProperty({ ...turn() }, 'id', { get: throwing, enumerable: true }), 'id'],
    ]
    for (const [value, field] of turns) expect(validateTurn(untyped(value)).map((each) => each.field)).toEqual([field])
    expect(found(validateTurn({ ...turn(), metadata: untyped({ proxy }) }))).toEqual([['not_json', 'metadata.proxy']])
  })
})

describe('assertValidTurn', () => {
  it('names the turn, the first field, what is wrong, and how much more', () => {
    expect(() => assertValidTurn(turn(call('1'), call('2')))).toThrow(
      expect.objectContaining({
        code: 'invalid_turn',
        field: 'blocks[0].callId',
        message:
          'turn t is not valid: blocks[0].callId: call 1 of tool has no result: call sealTurn(turn) first (and 1 more)',
      }),
    )
  })

  it('passes what is valid, or open when that is allowed', () => {
    assertValidTurn(turn(user))
    assertValidTurn(appendBlocks(turn(user), call('1')), { open: true })
  })

  it('has words for what is no turn at all', () => {
    expect(() => assertValidTurn(untyped(undefined))).toThrow(
      'the turn is not valid: a turn must be an object, not undefined',
    )
  })
})
