import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk } from './chat.test-helper.ts'

const done = '[DONE]'

describe('the end of a stream', () => {
  it('keeps the usage that comes behind the finish reason', async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
    const { turn } = await answerChunks([chunk({ content: 'Hi' }, 'stop'), { choices: [], usage }, done])
    expect(providerCalls(turn)[0]?.usage).toEqual({
      input: { uncached: 5 },
      output: { text: 2 },
      source: 'reported',
      raw: usage,
    })
  })

  it('may come without [DONE] behind a finish reason', async () => {
    const { error, turn } = await answerChunks([chunk({ content: 'Hi' }, 'stop')])
    expect(error).toBeUndefined()
    expect(providerCalls(turn)[0]).toMatchObject({ stop: 'end_turn', providerStop: 'stop', responseId: 'c-1' })
  })

  it('is a cut without either: the text is kept, and it is an error', async () => {
    const { error, answer } = await answerChunks([chunk({ content: 'Hi' })])
    expect(error).toMatchObject({ code: 'protocol', visible: true })
    expect(answer).toMatchObject([{ kind: 'assistant', text: 'Hi', complete: false }])
  })

  it('is whole at [DONE] where a host gives no reason, but a call without arguments is not trusted', async () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '' } }
    const { error, answer } = await answerChunks([chunk({ tool_calls: [call] }), done])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ kind: 'tool-call', input: { state: 'incomplete' } }])
  })

  it('is a cut at [DONE] where nothing was said', async () => {
    const { error, answer } = await answerChunks([chunk({ role: 'assistant', content: '' }), done])
    expect(error).toMatchObject({ code: 'protocol' })
    expect(answer).toEqual([])
  })

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['content_filter', 'content_filter'],
    ['model_length', 'context_window'],
    ['tool_calls', 'end_turn'],
    ['eos', 'end_turn'],
  ])('reads %s without calls as %s', async (word, stop) => {
    const { turn } = await answerChunks([chunk({ content: 'x' }, word), done])
    expect(providerCalls(turn)[0]).toMatchObject({ stop, providerStop: word })
  })

  it('is for tool calls whenever there are some, whatever the word', async () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }
    const { turn } = await answerChunks([chunk({ tool_calls: [call] }, 'stop'), done])
    expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
  })

  it('names the stop sequence that vLLM met', async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: 'END' }] }
    const { turn } = await answerChunks([chunk({ content: 'x' }), last, done])
    expect(providerCalls(turn)[0]?.stop).toBe('stop_sequence')
  })

  it.each(['length', 'content_filter'])('stays a cut at the word %s, whatever word comes behind', async (word) => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }
    const { answer, turn } = await answerChunks([chunk({ tool_calls: [call] }, word), chunk({}, 'stop'), done])
    expect(answer).toMatchObject([{ input: { state: 'incomplete' }, complete: false }])
    expect(providerCalls(turn)[0]).toMatchObject({ providerStop: word })
  })

  it.each(['error', 'insufficient_system_resource', 'abort'])('is a failure at the word %s', async (word) => {
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), chunk({}, word), done])
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
  })
})

describe('an error inside a stream', () => {
  it('ends the answer with what had come', async () => {
    const failure = { error: { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' } }
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), failure, chunk({ content: 'tial' }), done])
    expect(error).toMatchObject({ code: 'rate_limit', providerCode: 'rate_limit_exceeded', message: 'Slow down' })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
  })

  it('may be a word on the choice, as OpenRouter has it, with a status for its code', async () => {
    const error = { code: 502, message: 'Upstream broke' }
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'error', error }] }
    const outcome = await answerChunks([chunk({ content: 'par' }), last, done])
    expect(outcome.error).toMatchObject({ code: 'unavailable', status: 502, message: 'Upstream broke' })
  })

  const bare = { object: 'error', message: 'Boom', type: 'BadRequestError', code: 400 }

  it.each([
    ['as vLLM has it', bare, 'Boom'],
    ['with a message alone', { message: 'Boom' }, 'Boom'],
    ['with a detail', { detail: [{ msg: 'Boom' }] }, '[{"msg":"Boom"}]'],
    ['with a code alone', { error_code: 17, error_msg: 'Boom' }, 'Boom'],
  ])('may stand bare, %s', async (_how, failure, message) => {
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), failure, done])
    expect(error).toMatchObject({ message })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
    expect((await answerJson(failure)).error).toMatchObject({ message })
  })

  it('is reported when the wire holds no JSON', async () => {
    const { error } = await answerChunks(['<html>'])
    expect(error).toMatchObject({ code: 'protocol' })
  })
})

describe('tool calls in a stream', () => {
  const piece = (index: number, args: string, more: object = {}) => ({ index, function: { arguments: args }, ...more })
  const start = (index: number, id: string, name: string) => ({ index, id, function: { name, arguments: '' } })

  it('may interleave', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [start(0, 'a', 'f'), start(1, 'b', 'g')] }),
      chunk({ tool_calls: [piece(1, '{"y":')] }),
      chunk({ tool_calls: [piece(0, '{"x":1}')] }),
      chunk({ tool_calls: [piece(1, '2}')] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([
      ['a', 'f', { x: 1 }],
      ['b', 'g', { y: 2 }],
    ])
  })

  it('may share one index, told apart by their ids', async () => {
    const whole = (id: string, x: number) => ({ index: 0, id, function: { name: 'f', arguments: `{"x":${x}}` } })
    const { answer } = await answerChunks([
      chunk({ tool_calls: [whole('a', 1)] }),
      chunk({ tool_calls: [whole('b', 2)] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([
      ['a', 'f', { x: 1 }],
      ['b', 'f', { x: 2 }],
    ])
  })

  it('may come whole without index and id, with arguments as an object', async () => {
    const calls = [{ function: { name: 'f', arguments: { x: 1 } } }, { function: { name: 'f', arguments: { x: 2 } } }]
    const { answer } = await answerChunks([chunk({ tool_calls: calls }, 'stop'), done])
    expect(callsOf(answer)).toEqual([
      [undefined, 'f', { x: 1 }],
      [undefined, 'f', { x: 2 }],
    ])
  })

  it('may go on without index and id', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ id: 'a', function: { name: 'f' } }] }),
      chunk({ tool_calls: [{ function: { arguments: '{"x"' } }] }),
      chunk({ tool_calls: [{ function: { arguments: ':1}' } }] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([['a', 'f', { x: 1 }]])
  })

  it('with the same id twice keep it once', async () => {
    const whole = (index: number) => ({ index, id: 'same', function: { name: 'f', arguments: '{}' } })
    const { answer } = await answerChunks([chunk({ tool_calls: [whole(0), whole(1)] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([
      ['same', 'f', {}],
      [undefined, 'f', {}],
    ])
  })

  it.each([
    ['in pieces', ['get_', 'weather']],
    ['growing', ['get_', 'get_weather']],
    ['again and again', ['get_weather', 'get_weather']],
  ])('may have their name %s', async (_how, names) => {
    const pieces = names.map((name) => chunk({ tool_calls: [{ index: 0, id: 'a', function: { name } }] }))
    const { answer } = await answerChunks([...pieces, chunk({ tool_calls: [piece(0, '{}')] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([['a', 'get_weather', {}]])
  })

  it('without arguments get none', async () => {
    const { answer } = await answerChunks([chunk({ tool_calls: [start(0, 'a', 'f')] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([['a', 'f', {}]])
  })

  it('are not run when the token limit may have cut them, whole as they look', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] }),
      chunk({ tool_calls: [{ index: 1, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }] }, 'length'),
      done,
    ])
    expect(answer).toMatchObject([
      { input: { state: 'parsed', value: { x: 1 } } },
      { input: { state: 'incomplete', raw: '{"x":2}' }, complete: false },
    ])
  })

  it('are an error without a name', async () => {
    const { error } = await answerChunks([chunk({ tool_calls: [piece(0, '{}')] }, 'tool_calls'), done])
    expect(error).toMatchObject({ code: 'protocol' })
  })

  it('keep the exact text of their arguments for replay', async () => {
    const args = '{ "x" : 1.0 }'
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: args } }] }, 'tool_calls'),
      done,
    ])
    expect(answer[0]?.native?.payload).toEqual({ id: 'a', arguments: args })
  })
})

describe('what else may come', () => {
  it.each(['reasoning_content', 'reasoning', 'reasoning_text'])('is reasoning in %s', async (name) => {
    const { answer } = await answerChunks([
      chunk({ [name]: 'Hm' }),
      chunk({ [name]: 'm.', content: '' }),
      chunk({ content: 'Yes' }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'reasoning', text: 'Hmm.', native: { payload: { field: name } } },
      { kind: 'assistant', text: 'Yes' },
    ])
  })

  it('puts pieces of reasoning_details together, and keeps encrypted ones apart', async () => {
    const detail = (more: object) => ({ type: 'reasoning.text', index: 0, format: 'f', ...more })
    const secret = (index: number) => ({ type: 'reasoning.encrypted', index, data: `d${index}` })
    const { answer } = await answerChunks([
      chunk({ reasoning: 'A', reasoning_details: [detail({ text: 'A' })] }),
      chunk({ reasoning: 'B', reasoning_details: [detail({ text: 'B', signature: null })] }),
      chunk({ reasoning_details: [detail({ signature: 'sig' })] }),
      chunk({ reasoning_details: [secret(1)] }),
      chunk({ reasoning_details: [secret(2)] }),
      chunk({ content: 'Yes' }, 'stop'),
      done,
    ])
    const details = [detail({ text: 'AB', signature: 'sig' }), secret(1), secret(2)]
    expect(answer[0]).toMatchObject({ text: 'AB', native: { payload: { field: 'reasoning', details } } })
  })

  it('keeps details that come without text, and behind the answer', async () => {
    const secret = { type: 'reasoning.encrypted', data: 'x', index: 0 }
    const { answer } = await answerChunks([
      chunk({ content: 'Yes' }),
      chunk({ reasoning_details: [secret] }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'assistant', text: 'Yes' },
      { kind: 'reasoning', text: '', form: 'redacted', native: { payload: { details: [secret] } } },
    ])
  })

  it("reads Mistral's parts of a content", async () => {
    const { answer } = await answerChunks([
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
      chunk({ content: [{ type: 'text', text: 'Yes' }, { type: 'audio' }] }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'reasoning', text: 'Hm', native: { payload: { field: 'content' } } },
      { kind: 'assistant', text: 'Yes' },
    ])
  })

  it('takes the first of several choices', async () => {
    const { answer } = await answerChunks([
      { choices: [{ index: 1, delta: { content: 'two' } }] },
      {
        choices: [
          { index: 0, delta: { content: 'zero' } },
          { index: 1, delta: {}, finish_reason: 'stop' },
        ],
      },
      done,
    ])
    expect(answer).toMatchObject([{ text: 'two' }])
  })

  it('makes halves of characters whole again, or replaces them', async () => {
    const { answer } = await answerChunks([
      '{"choices":[{"index":0,"delta":{"content":"a\\ud83d"}}]}',
      '{"choices":[{"index":0,"delta":{"content":"\\ude00b\\ud83d"},"finish_reason":"stop"}]}',
      done,
    ])
    expect(answer).toMatchObject([{ text: 'a😀b\uFFFD' }])
  })

  it('cites in UTF-16 units, as the API counts an emoji as one', async () => {
    const url_citation = { url: 'https://a', title: 'A', start_index: 1, end_index: 4 }
    const cites = chunk({ annotations: [{ type: 'url_citation', url_citation }] }, 'stop')
    const { answer } = await answerChunks([chunk({ content: '🦜 Hi' }), cites, done])
    expect(answer).toMatchObject([{ citations: [{ start: 2, end: 5 }] }])
  })

  it('cites once, wherever the host lists its sources', async () => {
    const annotation = {
      type: 'url_citation',
      url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 2 },
    }
    const { answer } = await answerChunks([
      { ...chunk({ annotations: [annotation] }), citations: ['https://b'] },
      { ...chunk({ content: 'Hi' }, 'stop'), citations: ['https://b'] },
      done,
    ])
    expect(answer).toMatchObject([
      { citations: [{ url: 'https://a', title: 'A', start: 0, end: 2, raw: annotation }, { url: 'https://b' }] },
    ])
  })

  it('passes over audio and what it does not know', async () => {
    const { error, answer } = await answerChunks([
      { x_new: { a: 1 }, choices: [{ index: 0, delta: { audio: { data: 'AAAA' }, novelty: [1] } }] },
      chunk({ content: 'Hi' }, 'stop'),
      done,
    ])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it.each([[[{ text: 'a' }]], [{ type: 'text', text: 'a' }], [['a']], [[{ type: 'output_text', text: 'a' }]]])(
    'reads text from the content %j',
    async (content) => {
      expect((await answerChunks([chunk({ content }, 'stop'), done])).answer).toMatchObject([{ text: 'a' }])
    },
  )

  it('reads a refusal that is a part of the content', async () => {
    const { answer } = await answerChunks([chunk({ content: [{ type: 'refusal', refusal: 'no' }] }, 'stop'), done])
    expect(answer).toMatchObject([{ text: 'no', refusal: true }])
  })

  it('takes what is spoken for text', async () => {
    const audio = { id: 'audio-1', data: 'AAAA', transcript: 'Hello' }
    const { answer } = await answerJson({ choices: [{ message: { content: null, audio }, finish_reason: 'stop' }] })
    expect(answer).toMatchObject([{ kind: 'assistant', text: 'Hello' }])
  })

  it('leaves <think> tags in the text', async () => {
    const { answer } = await answerChunks([chunk({ content: '<think>a</think>b' }, 'stop'), done])
    expect(answer).toMatchObject([{ kind: 'assistant', text: '<think>a</think>b' }])
  })
})

describe('a JSON answer', () => {
  it('is whole without a finish reason', async () => {
    const { answer, error } = await answerJson({ choices: [{ message: { content: 'Hi' } }] })
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it('with an error in it is one', async () => {
    const { error } = await answerJson({ error: { message: 'No', type: 'server_error' } })
    expect(error).toMatchObject({ code: 'unavailable', message: 'No' })
  })

  it.each([[[]], [{}], ['text'], [{ error: null }]])('that is %j is none', async (body) => {
    expect((await answerJson(body)).error).toMatchObject({ code: 'protocol' })
  })
})

function callsOf(answer: readonly object[]): unknown {
  return answer.map((block) => {
    if (!('input' in block) || !('name' in block)) throw new Error('no call')
    const { input, name } = block
    const native = 'native' in block ? block.native : undefined
    return [read(read(native, 'payload'), 'id'), name, read(input, 'value')]
  })
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
