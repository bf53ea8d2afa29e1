import { describe, expect, it } from 'vitest'
import {
  assistantBlock,
  type Block,
  createTurn,
  decodeTurn,
  diagnoseTurn,
  encodeTurn,
  printTurn,
  reasoningBlock,
  repairTurn,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  viewedTurn,
  withView,
} from './index.ts'

const ask = userBlock('Weather?', { id: 'u', createdAt: 1 })
const call = (callId: string, id = `call-${callId}`) =>
  toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, { id, createdAt: 1 })
const result = (callId: string, text = '12', id = `result-${callId}-${text}`) =>
  toolResultBlock({ callId, name: 'f', outcome: 'ok', content: text }, { id, createdAt: 1 })
const said = assistantBlock('12 degrees.', { id: 'a', createdAt: 1 })
const turnOf = (...blocks: readonly unknown[]) => ({ ...createTurn({ id: 't', createdAt: 1 }), blocks })

function repaired(value: unknown) {
  let count = 0
  const { turn, changes } = repairTurn(value, { nextId: () => `new-${++count}`, now: () => 7 })
  expect(diagnoseTurn(turn)).toEqual([])
  return {
    turn,
    changes,
    ids: turn.blocks.map(({ id }) => id),
    done: changes.map(({ action, code, path }) => `${action} ${path}: ${code}`),
  }
}

describe('repairTurn', () => {
  it('gives back the same turn where nothing is wrong', () => {
    const turn = createTurn({ blocks: [ask, call('1'), result('1'), said] })
    expect(repairTurn(turn)).toEqual({ turn, changes: [] })
    expect(repairTurn(turn).turn).toBe(turn)
  })

  it('answers a call without a result, and says so', () => {
    const { ids, done, turn } = repaired(turnOf(ask, call('1'), said))
    expect(ids).toEqual(['u', 'call-1', 'a', 'new-1'])
    expect(done).toEqual(['added blocks[3]: unanswered_call'])
    expect(turn.blocks[3]).toMatchObject({ outcome: 'unknown', createdAt: 7 })
  })

  it('drops a result whose call was never made, and keeps it in the report', () => {
    const { ids, changes } = repaired(turnOf(ask, result('9'), said))
    expect(ids).toEqual(['u', 'a'])
    expect(changes).toMatchObject([{ code: 'orphan_result', path: 'blocks[1]', before: result('9') }])
  })

  it('moves a result that stands before its call behind it', () => {
    const { ids, done } = repaired(turnOf(ask, result('1'), call('1'), said))
    expect(ids).toEqual(['u', 'call-1', 'a', 'result-1-12'])
    expect(done).toEqual(['moved blocks[1]: result_before_call'])
  })

  it('moves a result that stands behind what came after back to its step', () => {
    const { ids, done } = repaired(turnOf(ask, call('1'), call('2'), ask2, result('2'), result('1'), said))
    expect(ids).toEqual(['u', 'call-1', 'call-2', 'result-2-12', 'result-1-12', 'u2', 'a'])
    expect(done).toEqual(['moved blocks[4]: result_out_of_place', 'moved blocks[5]: result_out_of_place'])
  })

  it('gives the second block of an id its own, and drops one that is there twice', () => {
    const other = userBlock('And tomorrow?', { id: 'u', createdAt: 2 })
    const { ids, changes } = repaired(turnOf(ask, other, ask))
    expect(ids).toEqual(['u', 'new-1'])
    expect(changes).toMatchObject([
      { action: 'changed', path: 'blocks[1]', blockId: 'new-1', before: other },
      { action: 'dropped', path: 'blocks[2]', blockId: 'u' },
    ])
  })

  it('keeps the id that it gave to a block of unknown kind when that is stored', () => {
    const hologram = { kind: 'hologram', id: 'u', createdAt: 1, x: 1 }
    const { turn } = repaired(turnOf(ask, hologram))
    expect(decodeTurn(encodeTurn(turn)).blocks.map(({ id }) => id)).toEqual(['u', 'new-1'])
  })

  it('tells calls apart whose host counts anew in each answer', () => {
    const { turn, done } = repaired(
      turnOf(ask, call('0', 'first'), result('0', 'one'), call('0', 'second'), result('0', 'two'), said),
    )
    expect(turn.blocks.map((block) => ('callId' in block ? block.callId : block.kind))).toEqual([
      'user',
      '0',
      '0',
      '0_2',
      '0_2',
      'assistant',
    ])
    expect(done).toEqual(['changed blocks[3]: duplicate_call', 'changed blocks[4]: duplicate_call'])
  })

  it('gives the results of parallel calls of one id in the order of the calls', () => {
    const { turn } = repaired(turnOf(call('0', 'first'), call('0', 'second'), result('0', 'one'), result('0', 'two')))
    expect(printTurn(turn)).toContain('[result f] one\n[result f] two')
    expect(turn.blocks.slice(2)).toMatchObject([{ callId: '0' }, { callId: '0_2' }])
  })

  it('gives a result to the call of its own step, though an older one of that id is open', () => {
    const { turn } = repaired(turnOf(call('0', 'first'), ask, call('0', 'second'), result('0', 'two')))
    expect(turn.blocks.map((block) => [block.id, 'callId' in block ? block.callId : ''])).toEqual([
      ['first', '0'],
      ['new-1', '0'],
      ['u', ''],
      ['second', '0_2'],
      ['result-0-two', '0_2'],
    ])
  })

  it('takes the result that came over the one that said to wait, and drops any further', () => {
    const waits = toolResultBlock({ callId: '1', name: 'f', outcome: 'pending', content: '' }, { id: 'w' })
    const { ids, changes } = repaired(turnOf(call('1'), waits, result('1'), result('1', '13')))
    expect(ids).toEqual(['call-1', 'result-1-12'])
    expect(changes.map(({ before }) => before)).toEqual([waits, result('1', '13')])
  })

  it('drops blocks that say nothing, and blocks that are none', () => {
    const { ids, changes } = repaired(
      turnOf(ask, assistantBlock(' ', { id: 'e' }), 'text', { kind: 'user' }, null, said),
    )
    expect(ids).toEqual(['u', 'a'])
    expect(changes.map(({ path, before }) => [path, before])).toEqual([
      ['blocks[2]', 'text'],
      ['blocks[3]', { kind: 'user' }],
      ['blocks[4]', null],
      ['blocks[1]', expect.objectContaining({ id: 'e' })],
    ])
  })

  it('mends what is at fault beside what a block says', () => {
    const { turn, changes } = repaired(
      turnOf({ kind: 'assistant', text: 'Hi', complete: true, native: 3, runId: () => 1, laterField: [1] }),
    )
    expect(turn.blocks).toEqual([
      { kind: 'assistant', id: 'new-1', createdAt: 7, metadata: {}, text: 'Hi', laterField: [1] },
    ])
    expect(changes).toMatchObject([{ action: 'changed', path: 'blocks[0]', blockId: 'new-1' }])
  })

  it('names what it could not mend, not what it found first', () => {
    const { ids, changes } = repaired(turnOf(ask, { kind: 'tool-call', callId: 7, name: 'f', native: 3 }))
    expect(ids).toEqual(['u'])
    expect(changes).toMatchObject([
      { action: 'dropped', path: 'blocks[1]', message: expect.stringMatching(/^callId /) },
    ])
  })

  it('names all that it mended', () => {
    const { changes } = repaired(turnOf({ ...said, native: 3, runId: 4 }))
    expect(changes).toMatchObject([{ action: 'changed', message: expect.stringMatching(/runId .*; native /) }])
  })

  it.each<[string, unknown, unknown]>([
    ['a text', 'Hello', [{ type: 'text', text: 'Hello' }]],
    ['a part', { type: 'text', text: 'Hello' }, [{ type: 'text', text: 'Hello' }]],
    ['a list of texts', ['Hello', 'you'], [textPart('Hello'), textPart('you')]],
    ['a list in which one is no part', [textPart('Hello'), { type: 'hologram' }, 7], [textPart('Hello')]],
  ])('mends what a user says where its content is %s', (_what, content, parts) => {
    const given = { kind: 'user', id: 'x', createdAt: 1, metadata: {}, content }
    const { turn, changes } = repaired(turnOf(given))
    expect(turn.blocks).toMatchObject([{ id: 'x', content: parts }])
    expect(changes).toMatchObject([
      { code: 'malformed_block', action: 'changed', message: expect.stringMatching(/^content/), before: given },
    ])
  })

  it.each<[string, unknown, unknown]>([
    ['a text', '12', [textPart('12')]],
    ['an empty text', '', []],
    ['a list without a part', [{ type: 'hologram' }], []],
  ])('keeps what came of a call where its content is %s', (_what, content, parts) => {
    const { turn, done } = repaired(turnOf(call('1'), { ...result('1'), content }))
    expect(turn.blocks[1]).toMatchObject({ outcome: 'ok', content: parts })
    expect(done).toEqual(['changed blocks[1]: malformed_block'])
  })

  it('drops what a user says where nothing of it is a part, and keeps it in the report', () => {
    const given = { kind: 'user', id: 'x', createdAt: 1, metadata: {}, content: [{ type: 'hologram' }] }
    const { turn, changes } = repaired(turnOf(given))
    expect(turn.blocks).toEqual([])
    expect(changes).toMatchObject([
      { action: 'dropped', message: expect.stringMatching(/^content\[0\]/), before: given },
    ])
  })

  it('keeps blocks of a kind that nobody knows', () => {
    const { turn } = repaired(turnOf({ kind: 'hologram', x: 1 }))
    expect(turn.blocks).toMatchObject([{ kind: 'unknown', stored: { kind: 'hologram', x: 1 } }])
  })

  it('stores a block of a kind that nobody knows under the id that it has', () => {
    const stored = { id: '', kind: 'hologram', x: 1 }
    const { turn, done } = repaired(turnOf({ kind: 'unknown', id: 'u', createdAt: 1, metadata: {}, stored }))
    expect(turn.blocks).toMatchObject([{ id: 'u', stored: { id: 'u', kind: 'hologram', x: 1 } }])
    expect(done).toEqual(['changed blocks[0]: malformed_block'])
  })

  it('drops a block of a kind that nobody knows where what is stored of it has a known one', () => {
    const stored = { id: 'u', kind: 'user' }
    const { turn, done } = repaired(turnOf({ kind: 'unknown', id: 'u', createdAt: 1, metadata: {}, stored }))
    expect(turn.blocks).toEqual([])
    expect(done).toEqual(['dropped blocks[0]: malformed_block'])
  })

  it('marks reasoning that was cut off', () => {
    const { changes } = repaired(turnOf(reasoningBlock('Hm', { complete: false, id: 'r' })))
    expect(changes).toMatchObject([{ code: 'unmarked_reasoning', action: 'changed', blockId: 'r' }])
  })

  it('mends what a turn has beside its blocks, entry by entry', () => {
    const { turn, done } = repaired({
      ...turnOf(said),
      id: '',
      createdAt: 'now',
      parentId: 3,
      metadata: { good: 1, bad: () => 1 },
      data: 'none',
      laterField: Symbol('x'),
    })
    expect(turn).toMatchObject({ createdAt: 7, metadata: { good: 1 }, data: {}, blocks: [said] })
    expect(done.toSorted()).toEqual([
      'changed createdAt: malformed_turn',
      'changed data: malformed_turn',
      'changed id: empty_id',
      'dropped laterField: not_json',
      'dropped metadata.bad: not_json',
      'dropped parentId: malformed_turn',
    ])
  })

  it.each<[string, unknown, readonly Block[]]>([
    ['a list of blocks', [ask, said], [ask, said]],
    ['nothing', null, []],
    ['a text', 'text', []],
    ['an instance', new Map(), []],
    ['a turn whose blocks are no list', { ...turnOf(), blocks: 'none' }, []],
  ])('makes a turn of %s', (_what, value, blocks) => {
    const { turn, changes } = repaired(value)
    expect(turn.blocks).toEqual(blocks)
    expect(changes).toHaveLength(1)
  })

  it('leaves a view a view', () => {
    const full = createTurn({ blocks: [ask, said] })
    expect(viewedTurn(repairTurn(withView(full, [ask, assistantBlock('')])).turn)).toBe(full)
  })
})

const ask2 = userBlock('And?', { id: 'u2', createdAt: 1 })
