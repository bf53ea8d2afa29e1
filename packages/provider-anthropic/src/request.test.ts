import {
  assistantBlock,
  type Block,
  createTurn,
  type InferenceConfig,
  type JsonObject,
  providerBlock,
  reasoningBlock,
  sealTurn,
  systemBlock,
  type ToolOutcome,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepared } from './prepare.test-helper.ts'

const user = (text: string) => userBlock(text, { id: `user ${text}` })
const says = (text: string) => assistantBlock(text, { id: `says ${text}` })
const call = (callId: string, value: JsonObject = {}, name = 'look') =>
  toolCallBlock({ callId, name, input: { state: 'parsed', value } }, { id: `call ${callId}` })
const result = (
  callId: string,
  content: Parameters<typeof toolResultBlock>[0]['content'] = 'seen',
  outcome: ToolOutcome = 'ok',
) => toolResultBlock({ callId, name: 'look', outcome, content }, { id: `result ${callId}` })
const text = (said: string) => ({ type: 'text', text: said })
const messagesOf = (...blocks: readonly Block[]) => prepared(blocks).json.messages

describe('a conversation', () => {
  it('alternates: what one side says in a row is one message', () => {
    expect(messagesOf(user('a'), user('b'), says('c'), says('d'), user('e'))).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: [text('c'), text('d')] },
      { role: 'user', content: [text('e')] },
    ])
  })

  it('has the system text at its beginning as such, and later ones as said by the user', () => {
    const { json, codes } = prepared([
      systemBlock('Be brief.'),
      systemBlock('Be kind.'),
      user('a'),
      systemBlock('Be slow.'),
    ])
    expect(json.system).toEqual([text('Be brief.'), text('Be kind.')])
    expect(json.messages).toEqual([{ role: 'user', content: [text('a'), text('<system>\nBe slow.\n</system>')] }])
    expect(codes).toEqual(['system-as-user'])
  })

  describe('with system text in the middle, for a model that takes it,', () => {
    const recent = (...blocks: readonly Block[]) => prepared(blocks, { model: 'claude-opus-4-8' })
    const system = (...texts: readonly string[]) => ({ role: 'system', content: texts.map(text) })

    it('has it between the user and the model', () => {
      const { json, codes } = recent(user('a'), systemBlock('Be slow.'), says('b'), user('c'), systemBlock('Be fast.'))
      expect(json.messages).toEqual([
        { role: 'user', content: [text('a')] },
        system('Be slow.'),
        { role: 'assistant', content: [text('b')] },
        { role: 'user', content: [text('c')] },
        system('Be fast.'),
      ])
      expect(codes).toEqual([])
    })

    it('has it behind what the user says next, all in one message, and says that it was moved', () => {
      const { json, codes } = recent(
        ...[user('a'), says('b'), systemBlock('Be slow.'), systemBlock('Be kind.')],
        ...[user('c'), user('d')],
      )
      expect(json.messages).toEqual([
        { role: 'user', content: [text('a')] },
        { role: 'assistant', content: [text('b')] },
        { role: 'user', content: [text('c'), text('d')] },
        system('Be slow.', 'Be kind.'),
      ])
      expect(codes).toEqual(['system-moved', 'system-moved'])
    })

    it('has it as said by the user where nobody speaks before the model', () => {
      const { json, codes } = recent(user('a'), says('b'), systemBlock('Be slow.'))
      expect(json.messages).toMatchObject([{}, {}, { role: 'user', content: [text('<system>\nBe slow.\n</system>')] }])
      expect(codes).toEqual(['system-as-user'])
    })
  })

  it('that begins with the assistant is begun by the user', () => {
    const { json, codes } = prepared([says('Welcome'), user('a')])
    expect(json.messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }])
    expect(codes).toEqual(['text-added'])
  })

  it('that ends with the assistant is gone on with, without white space, where the model does that', () => {
    const { json, codes } = prepared([user('a'), says('It is \n')])
    expect(json.messages).toMatchObject([{}, { role: 'assistant', content: [text('It is')] }])
    expect(codes).toEqual(['white-space-trimmed'])
    const newer = prepared([user('a'), says('It is \n')], { model: 'claude-opus-4-8' })
    expect(newer.json.messages).toMatchObject([
      {},
      { role: 'assistant' },
      { role: 'user', content: [text('Continue.')] },
    ])
    expect(newer.codes).toEqual(['text-added'])
  })

  it('keeps white space elsewhere, and leaves out texts that say nothing', () => {
    const { json, codes } = prepared([user('a'), says(''), says(' \n'), says('b '), user('c')])
    expect(json.messages).toMatchObject([{}, { content: [text('b ')] }, {}])
    expect(codes).toEqual(['empty-text-dropped'])
  })

  it('without anything to answer is refused', () => {
    expect(() => prepared([systemBlock('Be brief.')])).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('leaves out what belongs to other providers, and says so', () => {
    const { json, codes } = prepared([
      user('a'),
      reasoningBlock('Hm'),
      providerBlock('web_search_call', { input: { query: 'x' } }),
      says('b'),
      user('c'),
    ])
    expect(json.messages).toMatchObject([{}, { content: [text('b')] }, {}])
    expect(codes).toEqual(['reasoning-dropped', 'provider-block-dropped'])
  })

  it('replaces half a surrogate pair, and nothing that only looks like one', () => {
    expect(messagesOf(user('a\ud800 \\ud800 \u{1F600}'))).toEqual([
      { role: 'user', content: [text('a\ufffd \\ud800 \u{1F600}')] },
    ])
  })
})

describe('calls and results', () => {
  it('of a step stand together, the results first in what the user says', () => {
    expect(
      messagesOf(user('a'), says('b'), call('c1', { x: 1 }), call('c2'), result('c2'), result('c1'), user('d')),
    ).toEqual([
      { role: 'user', content: [text('a')] },
      {
        role: 'assistant',
        content: [
          text('b'),
          { type: 'tool_use', id: 'c1', name: 'look', input: { x: 1 } },
          { type: 'tool_use', id: 'c2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: [text('seen')] },
          { type: 'tool_result', tool_use_id: 'c2', content: [text('seen')] },
          text('d'),
        ],
      },
    ])
  })

  it('of two steps stay apart', () => {
    const roles = messagesOf(user('a'), call('c1'), result('c1'), call('c2'), result('c2'))
    expect(roles).toMatchObject([{}, { role: 'assistant' }, { role: 'user' }, { role: 'assistant' }, { role: 'user' }])
  })

  it('that stand apart are moved together', () => {
    const { json, codes } = prepared([user('a'), call('c1'), user('b'), result('c1')])
    expect(json.messages).toMatchObject([
      {},
      { role: 'assistant' },
      { content: [{ type: 'tool_result', tool_use_id: 'c1' }, text('b')] },
    ])
    expect(codes).toEqual(['result-moved'])
  })

  it('have ids that the API takes: the same each time, and no two alike', () => {
    const blocks = [user('a'), call('call.1'), call('call:1'), call('call_1'), call('x'.repeat(70))]
    const turn = sealTurn(createTurn({ blocks }))
    const idsOf = () => JSON.stringify(prepared(turn).json.messages).match(/(?<=_use","id":")[^"]+/g) ?? []
    const ids = idsOf()
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(idsOf()).toEqual(ids)
    expect(JSON.stringify(prepared(turn).json.messages).match(/(?<=tool_use_id":")[^"]+/g)).toEqual(ids)
    expect(prepared(turn).codes).toEqual(['call-id-changed', 'call-id-changed', 'call-id-changed'])
  })

  it('whose arguments are no whole object are shown as they came', () => {
    const cut = toolCallBlock(
      { callId: 'c1', name: 'a.b', input: { state: 'incomplete', raw: '{"x":' } },
      { complete: false },
    )
    const list = toolCallBlock({ callId: 'c2', name: 'look', input: { state: 'parsed', value: [1] } })
    const { json, codes } = prepared(sealTurn(createTurn({ blocks: [user('a'), cut, list] })))
    expect(json.messages).toMatchObject([
      {},
      {
        content: [
          { id: 'c1', name: 'a_b', input: { input: '{"x":' } },
          { id: 'c2', input: { input: [1] } },
        ],
      },
      { content: [{ is_error: true }, { is_error: true }] },
    ])
    expect(codes).toEqual(['tool-name-changed', 'arguments-wrapped', 'arguments-wrapped'])
  })

  it.each<[ToolOutcome, boolean]>([
    ['ok', false],
    ['pending', false],
    ['error', true],
    ['denied', true],
    ['timed-out', true],
    ['cancelled', true],
    ['not-run', true],
    ['unknown', true],
  ])('with the outcome %s: an error is %s, and says something', (outcome, isError) => {
    const [, , answer] = JSON.parse(prepared([user('a'), call('c1'), result('c1', [], outcome)]).body).messages
    expect(answer.content[0].is_error ?? false).toBe(isError)
    expect(answer.content[0].content?.length ?? 0).toBe(isError ? 1 : 0)
  })
})

describe('options', () => {
  const bodyOf = (config: InferenceConfig) => prepared([user('a')], config)

  it('are said in the API’s words', () => {
    const config: InferenceConfig = {
      model: 'claude-sonnet-4-5',
      maxOutputTokens: 500,
      temperature: 0.5,
      stopSequences: ['END'],
      serviceTier: 'standard_only',
    }
    const { json, headers, codes } = bodyOf(config)
    expect(json).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 500,
      temperature: 0.5,
      stop_sequences: ['END'],
      service_tier: 'standard_only',
      stream: true,
      messages: [{ role: 'user', content: [text('a')] }],
    })
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' })
    expect(codes).toEqual([])
  })

  it('the API’s newest version is spoken where nothing needs an older one', () => {
    expect(bodyOf({}).headers).toEqual({ 'anthropic-version': '2026-10-21' })
  })

  it('without a word in the API are left out, and that is said', () => {
    const { json, codes } = bodyOf({ seed: 1, serviceTier: 'flex', stopSequences: ['\n'], temperature: 1.5, topP: 0.9 })
    expect(Object.keys(json).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream', 'temperature'])
    expect(json.temperature).toBe(1)
    expect(codes.toSorted()).toEqual([
      'option-dropped',
      'option-dropped',
      'option-dropped',
      'option-dropped',
      'temperature-changed',
    ])
  })

  it('that a model does not have any more are left out', () => {
    const { json, codes, headers } = bodyOf({ model: 'claude-opus-4-8', temperature: 0.5, topP: 0.5 })
    expect([json.temperature, json.top_p]).toEqual([undefined, undefined])
    expect(codes).toEqual(['option-dropped', 'option-dropped'])
    expect(headers['anthropic-version']).toBe('2026-10-21')
  })

  it.each([
    ['claude-3-haiku-20240307', 4096],
    ['claude-3-5-sonnet-20241022', 8192],
    ['claude-sonnet-4-5', 32_000],
    ['qwen3', 8192],
  ])('%s answers with up to %d tokens where nobody says', (model, most) => {
    expect(bodyOf({ model }).json.max_tokens).toBe(most)
  })

  it('may ask for one JSON answer in the place of a stream', () => {
    const { json, stream } = bodyOf({ providerOptions: { 'anthropic-messages': { stream: false } } })
    expect([json.stream, stream]).toEqual([false, false])
  })

  it('of this API alone are merged last, objects one level deep', () => {
    const own = { max_tokens: 7, metadata: { user_id: 'u' }, output_config: { effort: 'xhigh' } }
    const { json } = bodyOf({
      model: 'claude-opus-4-8',
      reasoning: { effort: 'low' },
      providerOptions: { 'anthropic-messages': own, other: { x: 1 } },
    })
    expect(json).toMatchObject({ max_tokens: 7, metadata: { user_id: 'u' }, output_config: { effort: 'xhigh' } })
    expect(json.x).toBeUndefined()
  })
})
