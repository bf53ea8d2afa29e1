import { type JsonObject, providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { added, argsDelta, call, delta, done, incomplete, message } from './frames.test-helper.ts'
import { completed, type Outcome, play, streamOf } from './play.test-helper.ts'

/** What a reader of an answer looks at. */
const said = ({ blocks, turn, error }: Outcome) => ({
  text: blocks.map((block) => (block.kind === 'assistant' && block.refusal !== true ? block.text : '')).join(''),
  refusal: blocks.map((block) => (block.kind === 'assistant' && block.refusal === true ? block.text : '')).join(''),
  reasoning: blocks.map((block) => (block.kind === 'reasoning' ? block.text : '')).join(''),
  calls: blocks.flatMap((block) =>
    block.kind === 'tool-call' ? [[block.name, block.input.state === 'parsed' ? block.input.value : 'not whole']] : [],
  ),
  own: blocks.flatMap((block) => (block.kind === 'provider' ? [block.type] : [])),
  stop: error === undefined ? providerCalls(turn)[0]?.stop : `${error.code}: ${error.providerCode}`,
})
const nothing = { text: '', refusal: '', reasoning: '', calls: [], own: [], stop: 'end_turn' }
const part = (of: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'response.content_part.done', output_index: 0, content_index: 0, part: of },
  ...more,
})
const thoughts = (text: string, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'reasoning', id: 'rs_1', encrypted_content: 'SECRET' },
  summary: text === '' ? [] : [{ type: 'summary_text', text }],
  ...more,
})
const begun = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5', status: 'in_progress' } }

describe('an unusual stream', () => {
  const rows: readonly (readonly [string, readonly JsonObject[], Partial<ReturnType<typeof said>>])[] = [
    [
      'has its text in the event for its end alone',
      [
        added(message('')),
        { ...delta('output_text', ''), type: 'response.output_text.done', text: 'Hi' },
        completed([]),
      ],
      { text: 'Hi' },
    ],
    [
      'has its text in the part alone',
      [added(message('')), part({ type: 'output_text', text: 'Hi', annotations: [] }), completed([])],
      { text: 'Hi' },
    ],
    [
      'has its refusal in the part alone',
      [added(message('')), part({ type: 'refusal', refusal: 'No' }), completed([])],
      { refusal: 'No', stop: 'refusal' },
    ],
    ['has its text in the item alone', [done(message('Hi')), completed([])], { text: 'Hi' }],
    ['has its text in the last frame alone', [begun, completed([message('Hi')])], { text: 'Hi' }],
    [
      'says the same at each level',
      [
        added(message('')),
        delta('output_text', 'Hi'),
        part({ type: 'output_text', text: 'Hi' }),
        done(message('Hi')),
        done(message('Hi')),
        completed([message('Hi')]),
      ],
      { text: 'Hi' },
    ],
    ['begins without a beginning', [delta('output_text', 'Hi'), completed([])], { text: 'Hi' }],
    [
      'has no numbers and no ids',
      [added({ type: 'message' }), { type: 'response.output_text.delta', delta: 'Hi' }, completed([])],
      { text: 'Hi' },
    ],
    [
      'has null for what it does not say',
      [
        begun,
        { ...added(message('')), output_index: null },
        { ...delta('output_text', 'Hi'), output_index: null, item_id: null, content_index: null, logprobs: null },
        { type: 'response.output_text.delta', delta: null },
        { type: 'response.output_item.done', item: null },
        completed([], { usage: null, error: null, incomplete_details: null }),
      ],
      { text: 'Hi' },
    ],
    [
      'has empty pieces',
      [
        added(message('')),
        delta('output_text', ''),
        delta('output_text', 'Hi'),
        delta('output_text', ''),
        completed([]),
      ],
      { text: 'Hi' },
    ],
    [
      'has events and parts that nobody knows',
      [
        { type: 'response.novelty.added', output_index: 0 },
        added(message('')),
        part({ type: 'hologram', data: 'x' }),
        { type: 'response.hologram.delta', output_index: 0, delta: 'x' },
        delta('output_text', 'Hi'),
        { type: 'keepalive', sequence_number: 3 },
        {},
        completed([]),
      ],
      { text: 'Hi' },
    ],
    [
      'has items that nobody knows',
      [
        added({ type: 'dream', id: 'dr_1' }),
        { type: 'response.dream.delta', output_index: 0, delta: 'x' },
        done({ type: 'dream', id: 'dr_1' }),
        added(message(''), 1),
        delta('output_text', 'Hi', { output_index: 1 }),
        completed([]),
      ],
      { own: ['dream'], text: 'Hi' },
    ],
    [
      'has several messages side by side',
      [
        added(message('', { id: 'msg_a' })),
        added(message('', { id: 'msg_b' }), 1),
        delta('output_text', 'One', { item_id: 'msg_a' }),
        delta('output_text', 'Two', { output_index: 1, item_id: 'msg_b' }),
        delta('output_text', '!', { item_id: 'msg_a' }),
        completed([]),
      ],
      { text: 'One!Two' },
    ],
    [
      'has its refusal in pieces',
      [added(message('')), delta('refusal', 'N'), delta('refusal', 'o'), completed([])],
      { refusal: 'No', stop: 'refusal' },
    ],
    [
      'has a summary in the part alone',
      [
        added(thoughts('')),
        {
          type: 'response.reasoning_summary_part.done',
          output_index: 0,
          summary_index: 0,
          part: { type: 'summary_text', text: 'Hm' },
        },
        added(message(''), 1),
        delta('output_text', 'Hi', { output_index: 1 }),
        completed([]),
      ],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'shows its reasoning in the part alone',
      [added({ type: 'reasoning', id: 'rs_1' }), part({ type: 'reasoning_text', text: 'Hm' }), completed([])],
      { reasoning: 'Hm' },
    ],
    [
      'has reasoning in its last frame alone',
      [added(message('')), delta('output_text', 'Hi'), done(message('Hi')), completed([thoughts('Hm'), message('Hi')])],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'has the arguments in the event for their end alone',
      [
        added(call('')),
        { type: 'response.function_call_arguments.done', output_index: 0, name: 'weather', arguments: '{"a":1}' },
        completed([call('{"a":1}')]),
      ],
      { calls: [['weather', { a: 1 }]], stop: 'tool_calls' },
    ],
    [
      'has a call in its last frame alone',
      [begun, completed([call('{"a":1}')])],
      { calls: [['weather', { a: 1 }]], stop: 'tool_calls' },
    ],
    [
      'has arguments before their call',
      [argsDelta('{"a":1}'), done(call('{"a":1}')), completed([])],
      { calls: [['weather', { a: 1 }]], stop: 'tool_calls' },
    ],
    [
      'has its call under another id in the end',
      [
        added(call('', { id: 'fc_x' })),
        argsDelta('{"a":1}'),
        done(call('{"a":1}', { id: 'fc_y' })),
        completed([call('{"a":1}', { id: 'fc_z' })]),
      ],
      { calls: [['weather', { a: 1 }]], stop: 'tool_calls' },
    ],
    [
      'has two calls under one number',
      [
        added(call('', { id: 'fc_1', call_id: 'c_1' })),
        done(call('{"a":1}', { id: 'fc_1', call_id: 'c_1' })),
        added(call('', { id: 'fc_2', call_id: 'c_2' })),
        done(call('{"a":2}', { id: 'fc_2', call_id: 'c_2' })),
        completed([]),
      ],
      {
        calls: [
          ['weather', { a: 1 }],
          ['weather', { a: 2 }],
        ],
        stop: 'tool_calls',
      },
    ],
    [
      'ends twice',
      [added(message('')), delta('output_text', 'Hi'), completed([message('Hi')]), completed([message('Hi')])],
      { text: 'Hi' },
    ],
    [
      'ends as some gateways end',
      [
        added(message('')),
        delta('output_text', 'Hi'),
        { type: 'response.done', response: { status: 'completed', output: [message('Hi')] } },
      ],
      { text: 'Hi' },
    ],
    [
      'ends well by its event and at a limit by its status',
      [
        added(message('')),
        delta('output_text', 'Hi'),
        {
          type: 'response.completed',
          response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] },
        },
      ],
      { text: 'Hi', stop: 'max_tokens' },
    ],
    [
      'fails by its status alone',
      [
        added(message('')),
        delta('output_text', 'Hi'),
        { type: 'response.completed', response: { status: 'failed', error: { code: 'server_error', message: 'x' } } },
      ],
      { text: 'Hi', stop: 'unavailable: server_error' },
    ],
    [
      'meets the limit of its messages',
      [added(message('')), delta('output_text', 'Hi'), incomplete([], 'max_messages')],
      { text: 'Hi', stop: 'max_tokens' },
    ],
    [
      'is steered elsewhere',
      [added(message('')), delta('output_text', 'Hi'), incomplete([], 'steered')],
      { text: 'Hi', stop: 'pause_turn' },
    ],
    ...['constructor', 'toString', '__proto__'].map(
      (reason) =>
        [
          `ends for the reason ${reason}`,
          [added(message('')), delta('output_text', 'Hi'), incomplete([], reason)],
          { text: 'Hi', stop: 'max_tokens' },
        ] as const,
    ),
    [
      'ends in a frame that says nothing',
      [added(message('')), delta('output_text', 'Hi'), { type: 'response.completed' }],
      { text: 'Hi', stop: 'protocol: undefined' },
    ],
    ['fails in a frame that says nothing', [begun, { type: 'response.failed' }], { stop: 'unavailable: failed' }],
    [
      'has an empty error in an event of no type',
      [added(message('')), { error: {} }, delta('output_text', 'Hi'), completed([])],
      { text: 'Hi' },
    ],
    ...['bio_policy', 'cyber_policy', 'misalignment_policy_violation'].map(
      (code) =>
        [
          `fails by ${code}`,
          [begun, { type: 'response.failed', response: { status: 'failed', error: { code, message: 'x' } } }],
          { stop: `content_filter: ${code}` },
        ] as const,
    ),
    [
      'is filtered',
      [added(message('')), delta('output_text', 'Hi'), incomplete([], 'content_filter')],
      { text: 'Hi', stop: 'content_filter' },
    ],
    [
      'fails with an error',
      [begun, { type: 'error', code: 'rate_limit_exceeded', message: 'x', param: null }],
      { stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails with an error in an envelope',
      [begun, { type: 'error', error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'x' } }],
      { stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails with an error of no type',
      [begun, { error: { code: 'rate_limit_exceeded', message: 'x' } }],
      { stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails under another name',
      [begun, { type: 'response.error', error: { code: 'rate_limit_exceeded', message: 'x' } }],
      { stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails in its last frame',
      [
        begun,
        {
          type: 'response.failed',
          response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'x' } },
        },
      ],
      { stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails and does not say why',
      [begun, { type: 'response.failed', response: { status: 'failed', error: null } }],
      { stop: 'unavailable: failed' },
    ],
  ]
  it.each(rows)('that %s is read', async (_how, frames, wanted) => {
    expect(said(await play(streamOf(frames)))).toEqual({ ...nothing, ...wanted })
  })
})
