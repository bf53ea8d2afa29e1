import { describe, expect, it } from 'vitest'
import {
  assistantBlock,
  type Block,
  createTurn,
  diagnoseTurn,
  reasoningBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
} from './index.ts'

const ask = userBlock('Weather?', { id: 'u', createdAt: 1 })
const call = (callId: string) =>
  toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, { id: `call-${callId}`, createdAt: 1 })
const result = (callId: string, id = `result-${callId}`) =>
  toolResultBlock({ callId, name: 'f', outcome: 'ok', content: '12' }, { id, createdAt: 1 })
const said = assistantBlock('12 degrees.', { id: 'a', createdAt: 1 })
const codes = (...blocks: readonly Block[]) =>
  diagnoseTurn({ ...createTurn({ id: 't', createdAt: 1 }), blocks }).map(({ code, path }) => `${code} ${path}`)

describe('diagnoseTurn', () => {
  it('finds nothing in a history that is as it should be', () => {
    expect(codes(ask, call('1'), call('2'), result('2'), result('1'), said)).toEqual([])
    expect(codes(ask, call('1'), result('1'), call('2'), result('2'), said)).toEqual([])
  })

  it('names what each finding is about', () => {
    expect(diagnoseTurn(createTurn({ blocks: [ask, result('9')] }))).toEqual([
      {
        code: 'orphan_result',
        path: 'blocks[1].callId',
        blockId: 'result-9',
        message: expect.stringContaining('a result for call 9, which was not made before it'),
      },
    ])
  })

  it.each<[string, readonly Block[], readonly string[]]>([
    ['a call without a result', [ask, call('1')], ['unanswered_call blocks[1].callId']],
    ['a block id twice', [ask, ask], ['duplicate_id blocks[1].id']],
    ['a call id twice', [call('1'), result('1'), { ...call('1'), id: 'other' }], ['duplicate_call blocks[2].callId']],
    ['a second result', [call('1'), result('1'), result('1', 'more')], ['duplicate_result blocks[2].callId']],
    ['a result before its call', [ask, result('1'), call('1')], ['result_before_call blocks[1].callId']],
    ['a result behind what came after', [call('1'), ask, result('1')], ['result_out_of_place blocks[2]']],
    [
      'a result behind the next answer',
      [call('1'), call('2'), result('1'), said, result('2')],
      ['result_out_of_place blocks[4]'],
    ],
    ['blocks that say nothing', [ask, assistantBlock(' ')], ['empty_block blocks[1]']],
    [
      'cut reasoning that is not marked',
      [ask, reasoningBlock('Hm', { complete: false })],
      ['unmarked_reasoning blocks[1]'],
    ],
  ])('finds %s', (_what, blocks, expected) => {
    expect(codes(...blocks)).toEqual(expected)
  })

  it('leaves alone what a provider wants back, though it shows nothing', () => {
    const native = { api: 'a', host: 'h', model: 'm', group: 'g', payload: 1 }
    expect(codes(ask, reasoningBlock('', { native }), assistantBlock('', { native }))).toEqual([])
  })

  it('finds all that validateTurn finds, in whatever it is given', () => {
    const turn = createTurn({ id: 't', createdAt: 1 })
    for (const value of [null, 'text', [], {}, { ...turn, id: '' }, { ...turn, blocks: [{ kind: 'user' }, 3] }])
      expect(diagnoseTurn(value).map(({ code, path }) => [code, path])).toEqual(
        // Not true, and that is the point.
        validateTurn(value as typeof turn).map(({ code, field }) => [code, field]),
      )
  })
})
