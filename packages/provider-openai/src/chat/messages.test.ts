import {
  assistantBlock,
  type BlockFields,
  type ContentPart,
  frozenJson,
  type NativePart,
  providerBlock,
  reasoningBlock,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  type UnknownBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './adapter.ts'
import { prepareFor, turnOf } from './chat.test-helper.ts'

const ask = userBlock('Q')
const image: ContentPart = { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png' }
const call = (callId: string, fields: BlockFields = {}, name = 'f') =>
  toolCallBlock({ callId, name, input: { state: 'parsed', value: { x: 1 } } }, fields)
const result = (callId: string, content: string | readonly ContentPart[] = 'R') =>
  toolResultBlock({ callId, name: 'f', outcome: 'ok', content })
const native = (payload: NativePart['payload'], more: Partial<NativePart> = {}): BlockFields => ({
  native: { api: 'openai-chat', host: 'api.example', model: 'm', group: 'g', payload, ...more },
})

describe('tool calls', () => {
  it('go back under our id where they come from elsewhere, with their results behind them in the order of the calls', () => {
    const turn = turnOf(ask, call('call_a'), call('call_b'), result('call_b', 'B'), result('call_a', 'A'))
    const { messages, codes } = prepareFor(turn)
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: null, tool_calls: [wire('call_a'), wire('call_b')] },
      { role: 'tool', tool_call_id: 'call_a', content: 'A' },
      { role: 'tool', tool_call_id: 'call_b', content: 'B' },
    ])
    expect(codes).toEqual([])
  })

  it("go back under the provider's id and exact arguments where they came from there", () => {
    const own = native({ id: 'functions.f:0', arguments: '{ "x": 1.0 }' })
    const turn = turnOf(ask, call('call_a', own), result('call_a'))
    const { messages } = prepareFor(turn)
    expect(messages[1]?.['tool_calls']).toEqual([wire('functions.f:0', '{ "x": 1.0 }')])
    expect(messages[2]).toMatchObject({ tool_call_id: 'functions.f:0' })
    for (const target of [{ host: 'other.example' }, { model: 'other' }])
      expect(prepareFor(turn, {}, target).messages[1]?.['tool_calls']).toEqual([wire('call_a')])
  })

  it("that share the provider's id are told apart by ours", () => {
    const own = (group: string) => native({ id: 'call_0', arguments: '{}' }, { group })
    const { messages } = prepareFor(
      turnOf(ask, call('call_a', own('g1')), result('call_a'), call('call_b', own('g2')), result('call_b')),
    )
    expect(messages.map((message) => message['tool_call_id']).filter(Boolean)).toEqual(['call_0', 'call_b'])
  })

  it('get an id of the form that the host wants, always the same', () => {
    const { messages, codes } = prepareFor(turnOf(ask, call('call_a'), result('call_a')), { host: 'mistral' })
    const id = messages[2]?.['tool_call_id']
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/)
    expect(messages[1]?.['tool_calls']).toEqual([wire(String(id))])
    expect(codes).toEqual(['call-id-changed'])
    expect(prepareFor(turnOf(ask, call('call_a'), result('call_a')), { host: 'mistral' }).messages[2]).toMatchObject({
      tool_call_id: id,
    })
  })

  it.each(['incomplete', 'malformed'] as const)(
    'that are %s go back with what came of their arguments, and with their result',
    (state) => {
      const cut = toolCallBlock({ callId: 'call_a', name: 'f', input: { state, raw: '{"x"' } })
      const { messages, codes } = prepareFor(turnOf(ask, cut, result('call_a', 'Not run')))
      expect(messages.slice(1)).toEqual([
        { role: 'assistant', content: null, tool_calls: [wire('call_a', '{"input":"{\\"x\\""}')] },
        { role: 'tool', tool_call_id: 'call_a', content: 'Not run' },
      ])
      expect(codes).toEqual(['arguments-wrapped'])
    },
  )

  it('with arguments that are no object go back in one', () => {
    const odd = toolCallBlock({ callId: 'call_a', name: 'f', input: { state: 'parsed', value: [1] } })
    const { messages, codes } = prepareFor(turnOf(ask, odd, result('call_a')))
    expect(messages[1]?.['tool_calls']).toEqual([wire('call_a', '{"input":[1]}')])
    expect(codes).toEqual(['arguments-wrapped'])
  })

  it('of a tool whose name does not fit get one that does', () => {
    const { messages, codes } = prepareFor(turnOf(ask, call('call_a', {}, 'mcp.f/x'), result('call_a')))
    expect(messages[1]?.['tool_calls']).toMatchObject([{ function: { name: 'mcp_f_x' } }])
    expect(codes).toEqual(['tool-name-changed'])
  })

  it('get their result directly behind them, whatever stood between', () => {
    const { messages, codes } = prepareFor(turnOf(ask, call('call_a'), userBlock('Wait'), result('call_a')))
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
    expect(codes).toEqual(['result-moved'])
  })

  it('of two rounds are two messages', () => {
    const turn = turnOf(ask, call('call_a'), result('call_a'), call('call_b'), result('call_b'), assistantBlock('Done'))
    expect(prepareFor(turn).messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
      'assistant',
    ])
  })
})

describe('what a tool returned', () => {
  it('is moved behind the results where it is no text', () => {
    const turn = turnOf(
      ask,
      call('call_a'),
      call('call_b'),
      result('call_a', [textPart('see'), image]),
      result('call_b'),
    )
    const { messages, codes } = prepareFor(turn)
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'call_a', content: 'see' },
      { role: 'tool', tool_call_id: 'call_b', content: 'R' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of f (call_a):' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ])
    expect(codes).toEqual(['media-moved'])
  })
})

describe('reasoning', () => {
  const thought = (payload: NativePart['payload'], more: Partial<NativePart> = {}) =>
    reasoningBlock('Hm', native(payload, more))
  const own = native({ id: 'a', arguments: '{}' })

  it('of another model is dropped, and that is reported', () => {
    const turn = turnOf(ask, reasoningBlock('Hm'), thought({ field: 'reasoning' }, { api: 'x' }), assistantBlock('A'))
    const { messages, codes } = prepareFor(turn)
    expect(messages[1]).toEqual({ role: 'assistant', content: 'A' })
    expect(codes).toEqual(['reasoning-dropped', 'reasoning-dropped'])
  })

  it('goes back with the calls that it led to, under its own name', () => {
    const turn = turnOf(ask, thought({ field: 'reasoning_content' }), call('call_a', own), result('call_a'))
    expect(prepareFor(turn).messages[1]).toMatchObject({ reasoning_content: 'Hm' })
    expect(prepareFor(turn, { host: 'openai' }).codes).toEqual(['reasoning-dropped'])
  })

  it('is left out of plain answers but where the host wants it', () => {
    const turn = turnOf(
      ask,
      thought({ field: 'reasoning', details: [{ type: 'reasoning.text', signature: 's' }] }),
      assistantBlock('A'),
    )
    expect(prepareFor(turn, { host: 'deepseek' }).messages[1]).toEqual({ role: 'assistant', content: 'A' })
    expect(prepareFor(turn, { host: 'openrouter' }).messages[1]).toEqual({
      role: 'assistant',
      content: 'A',
      reasoning: 'Hm',
      reasoning_details: [{ type: 'reasoning.text', signature: 's' }],
    })
  })

  it('is empty, not absent, where DeepSeek asks for it with every call', () => {
    const turn = turnOf(ask, call('call_a'), result('call_a'))
    expect(prepareFor(turn, { host: 'deepseek' }).messages[1]).toMatchObject({ reasoning_content: '' })
  })

  it("goes back in the content as Mistral's own", () => {
    const turn = turnOf(ask, thought({ field: 'content' }), assistantBlock('A'), userBlock('Q2'))
    expect(prepareFor(turn, { host: 'mistral' }).messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'A' },
      ],
    })
  })

  it('that was cut off does not go back, nor do the ids of its group', () => {
    const cut = reasoningBlock('Hm', { ...native({ field: 'reasoning' }), complete: false, replayable: false })
    const turn = turnOf(ask, cut, call('call_a', own), result('call_a'))
    const { messages, codes } = prepareFor(turn)
    expect(messages[1]).toEqual({ role: 'assistant', content: null, tool_calls: [wire('call_a')] })
    expect(codes).toEqual(['reasoning-dropped'])
  })
})

describe('what has no form here', () => {
  it('is dropped and reported: blocks of a provider or of a later version', () => {
    const unknown: UnknownBlock = {
      kind: 'unknown',
      id: 'u',
      createdAt: 0,
      metadata: {},
      stored: { id: 'u', kind: 'new' },
    }
    const turn = turnOf(ask, providerBlock('web_search_call'), assistantBlock('A'), frozenJson(unknown, 'block'))
    const { messages, codes } = prepareFor(turn)
    expect(messages).toHaveLength(2)
    expect(codes).toEqual(['block-dropped', 'provider-block-dropped'])
  })

  it('is left out: an answer without words', () => {
    const { messages, codes } = prepareFor(turnOf(ask, assistantBlock(''), userBlock('Still there?')))
    expect(messages).toHaveLength(2)
    expect(codes).toEqual(['empty-message-dropped'])
  })

  it('is text: a refusal at hosts that know none', () => {
    const turn = turnOf(ask, assistantBlock('No.', { refusal: true }), userBlock('Please'))
    expect(prepareFor(turn, { host: 'openai' }).messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'refusal', refusal: 'No.' }],
    })
    const { messages, codes } = prepareFor(turn, { host: 'groq' })
    expect(messages[1]).toEqual({ role: 'assistant', content: 'No.' })
    expect(codes).toEqual(['refusal-as-text'])
  })

  it('is replaced: half a character, which no host could read', () => {
    const turn = turnOf(systemBlock('a\ud83d'), userBlock('b\ud83d'), assistantBlock('c\ud83d'), ask)
    const { messages } = prepareFor(turn)
    expect(messages.map(({ content }) => content)).toEqual(['a\uFFFD', 'b\uFFFD', 'c\uFFFD', 'Q'])
  })

  it('is trimmed: white space at the end of a last answer', () => {
    const { messages, codes } = prepareFor(turnOf(ask, assistantBlock('It is \n')))
    expect(messages[1]).toEqual({ role: 'assistant', content: 'It is' })
    expect(codes).toEqual(['white-space-trimmed'])
    expect(prepareFor(turnOf(ask, assistantBlock('It is '), ask)).messages[1]).toMatchObject({ content: 'It is ' })
  })
})

describe('the order of roles', () => {
  it('keeps system text where it stands, under the role that the host knows', () => {
    const turn = turnOf(systemBlock('A'), ask, systemBlock('B'))
    expect(prepareFor(turn).messages.map(({ role }) => role)).toEqual(['system', 'user', 'system'])
    const { messages } = prepareFor(turn, { host: { systemRole: 'developer' } })
    expect(messages.map(({ role }) => role)).toEqual(['developer', 'user', 'developer'])
  })

  it('makes one system message, and then alternates, for strict templates', () => {
    const turn = turnOf(systemBlock('A'), systemBlock('B'), ask, systemBlock('C'), userBlock('Q2'))
    const { messages, codes } = prepareFor(turn, { host: 'vllm' })
    expect(messages).toEqual([
      { role: 'system', content: 'A\n\nB' },
      { role: 'user', content: ['Q', 'C', 'Q2'].map((text) => ({ type: 'text', text })) },
    ])
    expect(codes).toEqual(['messages-merged', 'system-as-user', 'messages-merged', 'messages-merged'])
  })

  it('puts a word between results and user for Mistral', () => {
    const { messages, codes } = prepareFor(turnOf(ask, call('abcdefghi'), result('abcdefghi'), userBlock('Q2')), {
      host: 'mistral',
    })
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
    expect(codes).toEqual(['text-added'])
  })
})

describe('a conversation that grows', () => {
  it('is said the same with and without the memory of what was said', () => {
    const adapter = openaiChatAdapter()
    const own = native({ id: 'own', arguments: '{}' })
    const blocks = [ask, reasoningBlock('Hm'), call('call_a', own), result('call_a'), assistantBlock('A'), ask]
    for (const length of [1, 2, 4, 5, 6])
      for (const host of ['api.example', 'other.example', 'api.example']) {
        const turn = turnOf(...blocks.slice(0, length))
        const prepare = (one: typeof adapter) => {
          try {
            return one.prepare(turn, { model: 'm' }, host)
          } catch (error) {
            return String(error)
          }
        }
        expect(prepare(adapter)).toEqual(prepare(openaiChatAdapter()))
      }
  })
})

function wire(id: string, args = '{"x":1}'): object {
  return { id, type: 'function', function: { name: 'f', arguments: args } }
}
