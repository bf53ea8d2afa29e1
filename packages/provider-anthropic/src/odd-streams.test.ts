import { type JsonObject, providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { blockOf, callBlock, start, stopOf, streamOf, textBlock } from './frames.test-helper.ts'
import { type Answer, answerWith } from './recordings.test-helper.ts'

/** What a reader of an answer looks at. */
const said = ({ blocks, turn, error }: Answer) => ({
  text: blocks.map((block) => (block.kind === 'assistant' ? block.text : '')).join(''),
  reasoning: blocks.map((block) => (block.kind === 'reasoning' ? block.text : '')).join(''),
  calls: blocks.flatMap((block) =>
    block.kind === 'tool-call' ? [[block.name, block.input.state === 'parsed' ? block.input.value : 'not whole']] : [],
  ),
  own: blocks.flatMap((block) => (block.kind === 'provider' ? [block.type] : [])),
  stop: error === undefined ? providerCalls(turn)[0]?.stop : `${error.code}: ${error.providerCode}`,
  output: providerCalls(turn)[0]?.usage?.output.text,
})
const nothing = { text: '', reasoning: '', calls: [], own: [], stop: 'end_turn', output: 5 }
const delta = (more: JsonObject, index: number | null = 0): JsonObject => ({
  ...{ type: 'content_block_delta', index },
  delta: more,
})
const text = (said: string, index: number | null = 0) => delta({ type: 'text_delta', text: said }, index)
const opened = (content_block: JsonObject, index = 0) => ({ type: 'content_block_start', index, content_block })
const end = stopOf('end_turn')
const look = ['look', { a: 1 }] as const

describe('an unusual stream', () => {
  const rows: readonly (readonly [string, readonly JsonObject[], object])[] = [
    [
      'has pings and frames that nobody knows',
      [
        { type: 'ping' },
        start,
        { type: 'ping' },
        { type: 'novelty', a: 1 },
        ...textBlock(0, 'H', 'i'),
        { type: 'ping' },
        ...end,
      ],
      { text: 'Hi' },
    ],
    [
      'has its text in the start of the block',
      [start, ...blockOf(0, { type: 'text', text: 'H' }, { type: 'text_delta', text: 'i' }), ...end],
      { text: 'Hi' },
    ],
    ['has empty pieces', [start, ...textBlock(0, '', 'Hi', ''), ...end], { text: 'Hi' }],
    [
      'has null where there is nothing',
      [
        { type: 'message_start', message: { id: null, model: null, content: null, usage: null, container: null } },
        opened({ type: 'text', text: '', citations: null }),
        text('Hi'),
        delta({ type: 'text_delta', text: null }),
        delta({ type: 'citations_delta', citation: null }),
        { type: 'content_block_stop', index: 0 },
        {
          type: 'message_delta',
          delta: { stop_reason: null, stop_sequence: null, stop_details: null, container: null },
          usage: null,
        },
        ...end,
      ],
      { text: 'Hi' },
    ],
    ['has no message_start', [...textBlock(0, 'Hi'), ...end], { text: 'Hi' }],
    [
      'is whole at its beginning',
      [
        {
          type: 'message_start',
          message: {
            content: [
              { type: 'code_execution_tool_result', tool_use_id: 'srvtoolu_0', content: { type: 'x' } },
              { type: 'tool_use', id: 'toolu_1', name: 'look', input: { a: 1 } },
            ],
            stop_reason: 'tool_use',
            usage: { input_tokens: 0, output_tokens: 5 },
          },
        },
        { type: 'message_stop' },
      ],
      { own: ['code_execution_tool_result'], calls: [look], stop: 'tool_calls' },
    ],
    ['begins twice', [start, start, ...textBlock(0, 'Hi'), ...end], { text: 'Hi' }],
    ['does not end its blocks', [start, opened({ type: 'text', text: '' }), text('Hi'), ...end], { text: 'Hi' }],
    [
      'does not begin its text',
      [start, text('H'), text('i'), { type: 'content_block_stop', index: 0 }, ...end],
      { text: 'Hi' },
    ],
    [
      'does not begin its thoughts',
      [
        start,
        delta({ type: 'thinking_delta', thinking: 'Hm' }),
        delta({ type: 'signature_delta', signature: 'sig' }),
        ...textBlock(1, 'Hi'),
        ...end,
      ],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'has no numbers',
      [
        start,
        { type: 'content_block_start', content_block: { type: 'text', text: '' } },
        text('Hi', null),
        { type: 'content_block_stop' },
        ...end,
      ],
      { text: 'Hi' },
    ],
    [
      'opens two blocks at once',
      [
        start,
        opened({ type: 'text', text: '' }),
        opened({ type: 'text', text: '' }, 1),
        text('One'),
        text('Two', 1),
        { type: 'content_block_stop', index: 1 },
        { type: 'content_block_stop', index: 0 },
        ...end,
      ],
      { text: 'OneTwo' },
    ],
    [
      'has deltas that nobody knows',
      [
        start,
        ...blockOf(
          0,
          { type: 'text', text: '' },
          { type: 'hologram_delta', data: 'x' },
          { type: 'text_delta', text: 'Hi' },
        ),
        ...end,
      ],
      { text: 'Hi' },
    ],
    [
      'has blocks that nobody knows',
      [
        start,
        ...blockOf(0, { type: 'dream', depth: 1 }, { type: 'dream_delta', text: 'x' }),
        ...textBlock(1, 'Hi'),
        ...end,
      ],
      { own: ['dream'], text: 'Hi' },
    ],
    [
      'has a signature in two pieces',
      [
        start,
        ...blockOf(
          0,
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'thinking_delta', thinking: 'Hm' },
          { type: 'signature_delta', signature: 'a' },
          { type: 'signature_delta', signature: 'b' },
        ),
        ...textBlock(1, 'Hi'),
        ...end,
      ],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'has its input in the start of the call',
      [start, ...blockOf(0, { type: 'tool_use', id: 'toolu_1', name: 'look', input: { a: 1 } }), ...stopOf('tool_use')],
      { calls: [look], stop: 'tool_calls' },
    ],
    [
      'calls and says that its turn has ended',
      [start, ...callBlock(0, 'toolu_1', '{"a":1}'), ...end],
      { calls: [look], stop: 'tool_calls' },
    ],
    [
      'says that it calls and does not',
      [start, ...textBlock(0, 'Hi'), ...stopOf('tool_use')],
      { text: 'Hi', stop: 'tool_calls' },
    ],
    [
      'speaks behind its call',
      [start, ...callBlock(0, 'toolu_1', '{"a":1}'), ...textBlock(1, 'Hi'), ...stopOf('tool_use')],
      { calls: [look], text: 'Hi', stop: 'tool_calls' },
    ],
    [
      'does not end its call',
      [
        start,
        opened({ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }),
        delta({ type: 'input_json_delta', partial_json: '{"a":1}' }),
        ...stopOf('tool_use'),
      ],
      { calls: [['look', 'not whole']], stop: 'tool_calls' },
    ],
    [
      'says its usage late and in part',
      [
        start,
        ...textBlock(0, 'Hi'),
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_delta', delta: {}, usage: { output_tokens: 5 } },
        { type: 'message_stop' },
      ],
      { text: 'Hi' },
    ],
    ['ends twice', [start, ...textBlock(0, 'Hi'), ...end, ...end], { text: 'Hi' }],
    ['ends as Chat Completions does, too', [start, ...textBlock(0, 'Hi'), ...end, { type: '[DONE]' }], { text: 'Hi' }],
    [
      'fails',
      [start, ...textBlock(0, 'Hi'), { type: 'error', error: { type: 'overloaded_error', message: 'x' } }],
      { text: 'Hi', stop: 'overloaded: overloaded_error', output: 1 },
    ],
    [
      'fails with details',
      [start, { type: 'error', error: { details: null, type: 'rate_limit_error', message: 'x' }, request_id: 'req_1' }],
      { stop: 'rate_limit: rate_limit_error', output: 1 },
    ],
  ]
  it.each(rows)('that %s is read', async (_how, frames, wanted) => {
    expect(said(await answerWith(streamOf(...frames)))).toEqual({ ...nothing, ...wanted })
  })

  it.each([
    ['the error has no type', { error: { type: 'overloaded_error', message: 'x' } }],
    ['the error has no envelope', { type: 'error', message: 'x' }],
  ])('fails where %s', async (_how, frame) => {
    const { error, blocks } = await answerWith(streamOf(start, ...textBlock(0, 'Hi'), frame))
    expect(error?.code).not.toBe('protocol')
    expect(blocks).toMatchObject([{ text: 'Hi' }])
  })
})
