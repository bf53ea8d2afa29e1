import { providerCalls, type Usage } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, chunk, type Outcome } from './chat.test-helper.ts'

/** What a reader of an answer looks at. */
const said = ({ answer, turn, error }: Outcome) => ({
  text: answer.map((block) => (block.kind === 'assistant' && block.refusal !== true ? block.text : '')).join(''),
  refusal: answer.map((block) => (block.kind === 'assistant' && block.refusal === true ? block.text : '')).join(''),
  reasoning: answer.map((block) => (block.kind === 'reasoning' ? block.text : '')).join(''),
  calls: answer.flatMap((block) =>
    block.kind === 'tool-call' ? [[block.name, block.input.state === 'parsed' ? block.input.value : 'not whole']] : [],
  ),
  stop: error === undefined ? providerCalls(turn)[0]?.stop : `${error.code}: ${error.providerCode}`,
  usage: totalOf(providerCalls(turn)[0]?.usage),
})
const totalOf = (usage: Usage | undefined) => usage && [usage.input.uncached, usage.output.text]
const nothing = { text: '', refusal: '', reasoning: '', calls: [], stop: 'end_turn', usage: undefined }
const done = '[DONE]'
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
const call = (more: object) => chunk({ tool_calls: [more] })
const f = (name: string | null, args: string | null | object) => ({ function: { name, arguments: args } })
const weather = ['weather', { a: 1 }] as const
const end = (word: string | null = 'stop') => chunk({}, word)

describe('an unusual stream', () => {
  const rows: readonly (readonly [string, readonly (object | string)[], object])[] = [
    [
      'has null where there is nothing',
      [
        chunk({
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: null,
          function_call: null,
          reasoning_content: null,
          audio: null,
          annotations: null,
        }),
        { id: null, model: null, choices: null, usage: null },
        { choices: [{ index: 0, delta: null, finish_reason: null }] },
        { choices: [null] },
        chunk({ content: 'Hi' }),
        end(),
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'begins with the filter’s words',
      [
        { choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
        { choices: [{ index: 0, content_filter_results: {}, content_filter_offsets: {}, finish_reason: null }] },
        chunk({ content: 'Hi' }),
        end(),
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'has empty pieces',
      [
        chunk({ content: '' }),
        chunk({ content: 'Hi' }),
        chunk({ content: '' }),
        chunk({ content: '' }, ''),
        end(),
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'has its usage behind its end',
      [chunk({ content: 'Hi' }), end(), { choices: [], usage }, done],
      { text: 'Hi', usage: [3, 2] },
    ],
    [
      'has its usage behind its end and no mark',
      [chunk({ content: 'Hi' }), end(), { choices: [], usage }],
      { text: 'Hi', usage: [3, 2] },
    ],
    [
      'has its usage in each piece',
      [
        { ...chunk({ content: 'H' }), usage: { ...usage, completion_tokens: 1 } },
        { ...chunk({ content: 'i' }, 'stop'), usage },
        done,
      ],
      { text: 'Hi', usage: [3, 2] },
    ],
    [
      'has its usage in the choice',
      [{ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop', usage }] }, done],
      { text: 'Hi', usage: [3, 2] },
    ],
    [
      'has its usage below the host’s own name',
      [chunk({ content: 'Hi' }), { ...end(), x_groq: { usage } }, done],
      { text: 'Hi', usage: [3, 2] },
    ],
    [
      'says its end with the last piece and again',
      [chunk({ content: 'Hi' }, 'stop'), end(), end(null), done, done],
      { text: 'Hi' },
    ],
    [
      'has a whole message in place of pieces',
      [{ choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] }, done],
      { text: 'Hi' },
    ],
    [
      'has the whole message beside its pieces',
      [
        { choices: [{ index: 0, delta: { content: 'H' }, message: { content: 'H' } }] },
        { choices: [{ index: 0, delta: { content: 'i' }, message: { content: 'Hi' }, finish_reason: 'stop' }] },
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'repeats the whole message at the end',
      [
        chunk({ content: 'H' }),
        chunk({ content: 'i' }),
        { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] },
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'has its text in parts',
      [
        chunk({
          content: [
            { type: 'text', text: 'H' },
            { type: 'reference', reference_ids: [1] },
            { type: 'text', text: 'i' },
          ],
        }),
        end(),
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'thinks in the content',
      [
        chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
        chunk({ content: 'Hi' }),
        end(),
        done,
      ],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'thinks twice in the same words',
      [
        chunk({
          reasoning: 'Hm',
          reasoning_content: 'Hm',
          reasoning_details: [{ type: 'reasoning.text', text: 'Hm', index: 0 }],
        }),
        chunk({ content: 'Hi' }),
        end(),
        done,
      ],
      { reasoning: 'Hm', text: 'Hi' },
    ],
    [
      'thinks again behind its text',
      [chunk({ reasoning_content: 'A' }), chunk({ content: 'Hi' }), chunk({ reasoning_content: 'B' }), end(), done],
      { reasoning: 'AB', text: 'Hi' },
    ],
    ['refuses', [chunk({ refusal: 'N' }), chunk({ refusal: 'o' }), end(), done], { refusal: 'No', stop: 'refusal' }],
    [
      'calls without an index',
      [call({ id: 'c1', type: 'function', ...f('weather', '{"a"') }), call(f(null, ':1}')), end('tool_calls'), done],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'calls without an id',
      [call({ index: 0, ...f('weather', '') }), call({ index: 0, ...f(null, '{"a":1}') }), end('tool_calls'), done],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'calls with nothing but a name',
      [call(f('weather', '{"a":1}')), call(f('weather', '{"a":1}')), end('tool_calls'), done],
      { calls: [weather, weather], stop: 'tool_calls' },
    ],
    [
      'names its call in each piece',
      [
        call({ index: 0, id: 'c1', ...f('weather', '{"a"') }),
        call({ index: 0, id: 'c1', ...f('weather', ':1}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'has the name behind the arguments',
      [
        call({ index: 0, id: 'c1', ...f(null, '{"a"') }),
        call({ index: 0, ...f('weather', ':1}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'changes the index in the middle',
      [
        call({ index: 0, id: 'c1', ...f('weather', '{"a"') }),
        call({ index: 1, id: 'c1', ...f(null, ':1}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'counts the pieces of its call',
      [
        call({ index: 0, id: 'c1', ...f('weather', '{"a"') }),
        call({ index: 1, ...f(null, ':1}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'counts its calls from one',
      [
        call({ index: 1, id: 'c1', ...f('weather', '{"a":1}') }),
        call({ index: 2, id: 'c2', ...f('weather', '{"a":1}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather, weather], stop: 'tool_calls' },
    ],
    [
      'mixes the pieces of two calls',
      [
        call({ index: 0, id: 'c1', ...f('weather', '') }),
        call({ index: 1, id: 'c2', ...f('time', '') }),
        call({ index: 1, ...f(null, '{"b"') }),
        call({ index: 0, ...f(null, '{"a":1}') }),
        call({ index: 1, ...f(null, ':2}') }),
        end('tool_calls'),
        done,
      ],
      { calls: [weather, ['time', { b: 2 }]], stop: 'tool_calls' },
    ],
    [
      'gives both calls the index 0',
      [
        call({ index: 0, id: 'c1', ...f('weather', '{"a":1}') }),
        call({ index: 0, id: 'c2', ...f('weather', '{"a":1}') }),
        end('stop'),
        done,
      ],
      { calls: [weather, weather], stop: 'tool_calls' },
    ],
    [
      'gives the arguments as an object',
      [call({ index: 0, id: 'c1', ...f('weather', { a: 1 }) }), end('tool_calls'), done],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'has no arguments, as null',
      [call({ index: 0, id: 'c1', ...f('weather', null) }), end('tool_calls'), done],
      { calls: [['weather', {}]], stop: 'tool_calls' },
    ],
    [
      'calls as it was done before there were several',
      [
        chunk({ function_call: { name: 'weather', arguments: '' } }),
        chunk({ function_call: { arguments: '{"a":1}' } }),
        end('function_call'),
        done,
      ],
      { calls: [weather], stop: 'tool_calls' },
    ],
    [
      'calls behind its end',
      [chunk({}, 'tool_calls'), call({ index: 0, id: 'c1', ...f('weather', '{"a":1}') }), done],
      { calls: [weather], stop: 'tool_calls' },
    ],
    ['says that it calls and does not', [chunk({ content: 'Hi' }), end('tool_calls'), done], { text: 'Hi' }],
    [
      'is cut in a call',
      [call({ index: 0, id: 'c1', ...f('weather', '{"a":1}') }), end('length'), done],
      { calls: [['weather', 'not whole']], stop: 'max_tokens' },
    ],
    [
      'has two choices',
      [
        {
          choices: [
            { index: 0, delta: { content: 'Hi' } },
            { index: 1, delta: { content: 'Ho' } },
          ],
        },
        { choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] },
        end(),
        done,
      ],
      { text: 'Hi' },
    ],
    [
      'fails with OpenAI’s error',
      [chunk({ content: 'Hi' }), { error: { message: 'x', type: 'rate_limit_error', code: 'rate_limit_exceeded' } }],
      { text: 'Hi', stop: 'rate_limit: rate_limit_exceeded' },
    ],
    [
      'fails with a status for a code',
      [
        chunk({ content: 'Hi' }),
        {
          id: 'gen-1',
          error: { code: 429, message: 'Provider returned error' },
          choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
        },
      ],
      { text: 'Hi', stop: 'rate_limit: 429' },
    ],
    [
      'fails in the choice',
      [
        chunk({ content: 'Hi' }),
        { choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 429, message: 'x' } }] },
      ],
      { text: 'Hi', stop: 'rate_limit: 429' },
    ],
    [
      'fails with the error alone',
      [chunk({ content: 'Hi' }), { object: 'error', message: 'x', type: 'rate_limit_error', code: 429 }],
      { text: 'Hi', stop: 'rate_limit: rate_limit_error' },
    ],
    [
      'fails with a text',
      [chunk({ content: 'Hi' }), { error: 'model runner has unexpectedly stopped' }],
      { text: 'Hi', stop: 'unavailable: undefined' },
    ],
  ]
  it.each(rows)('that %s is read', async (_how, frames, wanted) => {
    expect(said(await answerChunks(frames))).toEqual({ ...nothing, ...wanted })
  })
})
