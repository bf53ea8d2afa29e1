import {
  assistantBlock,
  createTurn,
  type InferenceConfig,
  inferenceConfigKey,
  structuredOutputKey,
  systemBlock,
  type Turn,
  toolChoiceKey,
  toolDefinitionsKey,
  userBlock,
  withBlocks,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './adapter.ts'
import { prepareFor, turnOf } from './chat.test-helper.ts'

const turn = turnOf(userBlock('Hi'))
const weather = { name: 'weather', description: 'The weather', inputSchema: { type: 'object', properties: {} } }
const configured = (config: InferenceConfig) => withData(turn, inferenceConfigKey, config)
const person = { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] }
const asking = withData(turn, structuredOutputKey, { name: 'person', schema: person })

describe('the body', () => {
  it('is a stream with its usage, for the model of the engine', () => {
    const { request, body } = prepareFor(turn)
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(request).toMatchObject({ model: 'm', method: 'POST', path: '/chat/completions', stream: true })
  })

  it('asks for its usage beside what else is asked of the stream', () => {
    const providerOptions = { 'openai-chat': { stream_options: { include_obfuscation: false } } }
    expect(prepareFor(configured({ providerOptions })).body['stream_options']).toEqual({
      include_usage: true,
      include_obfuscation: false,
    })
  })

  it.each(['openai', 'azure'] as const)('says no sampling to a model of %s that reasons, which refuses it', (host) => {
    const sampling = { temperature: 0.2, topP: 0.5, stopSequences: ['x'] }
    const asked = (config: InferenceConfig) => prepareFor(configured({ ...sampling, ...config }), { host })
    for (const model of ['gpt-5-mini', 'o3']) {
      const { body, codes } = asked({ model })
      expect(Object.keys(body)).toEqual(['model', 'messages', 'stream', 'stream_options'])
      expect(codes).toEqual(['option-dropped', 'option-dropped', 'option-dropped'])
    }
    const said = { temperature: 0.2, top_p: 0.5, stop: ['x'] }
    expect(asked({ model: 'gpt-4.1' }).body).toMatchObject(said)
    expect(asked({ model: 'gpt-5.1', reasoning: { effort: 'none' } }).body).toMatchObject(said)
    expect(prepareFor(configured({ ...sampling, model: 'gpt-oss-20b' })).body).toMatchObject(said)
  })

  it('is the same to the byte when it is prepared again', () => {
    const adapter = openaiChatAdapter()
    const long = turnOf(systemBlock('S'), userBlock('a'), assistantBlock('b'), userBlock('c'))
    const one = adapter.prepare(long, { model: 'm' }, 'h').body
    expect(adapter.prepare(withBlocks(long, [...long.blocks]), { model: 'm' }, 'h').body).toBe(one)
    expect(openaiChatAdapter().prepare(long, { model: 'm' }, 'h').body).toBe(one)
  })

  it('says all settings', () => {
    const { body, codes } = prepareFor(
      configured({
        model: 'other',
        temperature: 0,
        topP: 0.5,
        maxOutputTokens: 10,
        stopSequences: ['a', 'b'],
        seed: 7,
        reasoning: { effort: 'max' },
        serviceTier: 'flex',
      }),
      { host: 'openai' },
    )
    expect(body).toMatchObject({
      model: 'other',
      temperature: 0,
      top_p: 0.5,
      max_completion_tokens: 10,
      stop: ['a', 'b'],
      seed: 7,
      reasoning_effort: 'max',
      service_tier: 'flex',
    })
    expect(codes).toEqual([])
  })

  it('takes what the turn says before the defaults, field by field', () => {
    const adapter = openaiChatAdapter({ host: 'openrouter' })
    const defaults = { model: 'm', temperature: 1, topP: 1, reasoning: { effort: 'low', budget: 5 } } as const
    const { body } = adapter.prepare(configured({ temperature: 0, reasoning: { budget: 9 } }), defaults, 'h')
    expect(JSON.parse(body)).toMatchObject({ temperature: 0, top_p: 1, reasoning: { max_tokens: 9 } })
  })

  it('lets the options of this API win, and puts their tools beside the turn’s', () => {
    const options = { temperature: 2, tools: [{ type: 'openrouter:web_search' }], user: 'u' }
    const config = { temperature: 1, providerOptions: { 'openai-chat': options, 'anthropic-messages': { x: 1 } } }
    const { body } = prepareFor(withData(configured(config), toolDefinitionsKey, [weather]))
    expect(body).toMatchObject({ temperature: 2, user: 'u' })
    expect(body['tools']).toMatchObject([{ function: { name: 'weather' } }, { type: 'openrouter:web_search' }])
    expect(body).not.toHaveProperty('x')
  })

  it('asks for one JSON body where the options say so', () => {
    const { request, body } = prepareFor(configured({ providerOptions: { 'openai-chat': { stream: false } } }))
    expect(request.stream).toBe(false)
    expect(body).toMatchObject({ stream: false })
    expect(body).not.toHaveProperty('stream_options')
  })

  it('is refused when there is nothing to send', () => {
    expect(() => prepareFor(createTurn())).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    expect(() => prepareFor(turnOf(assistantBlock('')))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})

describe('what a host has no word for', () => {
  it.each<[string, InferenceConfig, string]>([
    ['a fifth stop sequence', { stopSequences: ['a', 'b', 'c', 'd', 'e'] }, 'openai'],
    ['a summary', { reasoning: { summary: 'auto' } }, 'openai'],
    ['a budget', { reasoning: { budget: 5 } }, 'openai'],
    ['effort', { reasoning: { effort: 'low' } }, 'mistral'],
    ['effort and budget together', { reasoning: { effort: 'low', budget: 5 } }, 'openrouter'],
    ['a service tier', { serviceTier: 'flex' }, 'ollama'],
  ])('is reported: %s', (_what, config, host) => {
    const adapter = openaiChatAdapter({ host: isHost(host) ? host : 'compatible' })
    const { degradations } = adapter.prepare(configured(config), { model: 'm' }, 'h')
    expect(degradations.map(({ code }) => code)).toEqual(['option-dropped'])
  })

  it.each([{ effort: 'low' }, { effort: 'none' }, { budget: 5 }, { summary: 'auto' }] as const)(
    'is no reasoning where the model does not reason: %j',
    (reasoning) => {
      for (const host of ['openai', 'openrouter', 'compatible'] as const) {
        const { body, codes } = prepareFor(configured({ reasoning }), { host }, { model: 'openai/gpt-4o' })
        expect(body).not.toHaveProperty('reasoning')
        expect(body).not.toHaveProperty('reasoning_effort')
        expect(codes).toEqual(['option-dropped'])
      }
    },
  )

  it.each([
    ['openai', 'xhigh', 'xhigh'],
    ['openai', 'max', 'max'],
    ['openrouter', 'xhigh', 'xhigh'],
    ['openrouter', 'max', 'xhigh'],
    ['groq', 'xhigh', 'high'],
    ['compatible', 'max', 'high'],
    ['deepseek', 'xhigh', 'xhigh'],
    ['groq', 'high', 'high'],
    ['groq', 'none', 'none'],
    ['groq', 'minimal', 'minimal'],
  ] as const)('is no effort higher than %s knows: %s is %s', (host, effort, sent) => {
    const { body, codes } = prepareFor(configured({ reasoning: { effort } }), { host })
    const { reasoning_effort, reasoning } = body
    expect(reasoning_effort ?? reasoning).toEqual(host === 'openrouter' ? { effort: sent } : sent)
    expect(codes).toEqual(effort === sent ? [] : ['reasoning-effort-changed'])
  })

  it('is said in its own words where there are some', () => {
    expect(prepareFor(configured({ seed: 1 }), { host: 'mistral' }).body).toMatchObject({ random_seed: 1 })
    const { body } = prepareFor(configured({ reasoning: { effort: 'high' } }), { host: 'deepseek' })
    expect(body).toMatchObject({ thinking: { type: 'enabled' }, reasoning_effort: 'high' })
    expect(prepareFor(configured({ reasoning: { effort: 'none' } }), { host: 'deepseek' }).body).toMatchObject({
      thinking: { type: 'disabled' },
    })
    expect(prepareFor(configured({ maxOutputTokens: 5 }), { host: 'ollama' }).body).toMatchObject({ max_tokens: 5 })
    expect(prepareFor(turn, { host: { seedField: 'none' } }).codes).toEqual([])
    expect(prepareFor(configured({ seed: 1 }), { host: { seedField: 'none' } }).codes).toEqual(['option-dropped'])
  })
})

describe('tools', () => {
  const offering = (choice?: 'auto' | 'none' | 'required' | { tool: string }): Turn => {
    const offered = withData(turn, toolDefinitionsKey, [weather])
    return choice === undefined ? offered : withData(offered, toolChoiceKey, choice)
  }

  it('are offered with their schema, enforced where the host can and the schema allows it', () => {
    const fn = { name: 'weather', description: 'The weather' }
    expect(prepareFor(offering(), { host: 'groq' }).body['tools']).toEqual([
      { type: 'function', function: { ...fn, parameters: weather.inputSchema } },
    ])
    const closed = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }
    const strict = withData(turn, toolDefinitionsKey, [{ ...weather, inputSchema: closed }])
    expect(prepareFor(strict, { host: 'openai' }).body['tools']).toEqual([
      { type: 'function', function: { ...fn, parameters: closed, strict: true } },
    ])
  })

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
  ] as const)('may be chosen by %s', (choice, wire) => {
    expect(prepareFor(offering(choice)).body['tool_choice']).toBe(wire)
  })

  it('may be chosen by name', () => {
    expect(prepareFor(offering({ tool: 'weather' })).body['tool_choice']).toEqual({
      type: 'function',
      function: { name: 'weather' },
    })
  })

  it('that must be called, and are not offered, are reported', () => {
    const { body, codes } = prepareFor(withData(turn, toolChoiceKey, 'required'))
    expect(body).not.toHaveProperty('tool_choice')
    expect(codes).toEqual(['tool-choice-dropped'])
  })

  it('with a name that does not fit are refused before anything is sent', () => {
    const dotted = withData(turn, toolDefinitionsKey, [{ ...weather, name: 'a.b' }])
    expect(() => prepareFor(dotted)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('"a.b"') }),
    )
  })
})

describe('the form of the answer', () => {
  it('is enforced strictly, with a report of what that weakens', () => {
    const { body, codes } = prepareFor(asking, { host: 'openai' })
    expect(body['response_format']).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'person', strict: true, schema: { required: ['name'], additionalProperties: false } },
    })
    expect(new Set(codes)).toEqual(new Set(['schema-weakened']))
  })

  it('is given as it is where the host takes any schema', () => {
    const { body, codes } = prepareFor(asking, { host: 'llama.cpp' })
    expect(body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'person', schema: person } })
    expect(codes).toEqual([])
  })

  it('is told to the model where it refers to itself and the host refuses that', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } } }
    const turn = withData(turnOf(userBlock('go')), structuredOutputKey, { name: 'tree', schema: tree })
    const { body, codes } = prepareFor(turn, { host: 'gemini' })
    expect(body['response_format']).toEqual({ type: 'json_object' })
    expect(codes).toEqual(['schema-as-instruction'])
    expect(prepareFor(asking, { host: 'gemini' }).body['response_format']).toMatchObject({ type: 'json_schema' })
    expect(prepareFor(turn, { host: 'vllm' }).body['response_format']).toMatchObject({ type: 'json_schema' })
  })

  it.each([
    ['openai', { type: 'array', items: { type: 'string' } }],
    ['mistral', { type: 'string', enum: ['a', 'b'] }],
    ['deepseek', { type: 'array', items: { type: 'string' } }],
  ] as const)('is told to the model where it is no object, which is all that %s enforces', (host, schema) => {
    const turn = withData(turnOf(userBlock('go')), structuredOutputKey, { name: 'list', schema })
    const { body, messages, codes } = prepareFor(turn, { host })
    expect(body).not.toHaveProperty('response_format')
    expect(messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining(JSON.stringify(schema)) })
    expect(codes).toEqual(['schema-as-instruction'])
    expect(prepareFor(turn, { host: 'vllm' }).body['response_format']).toMatchObject({ json_schema: { schema } })
  })

  it('is told to the model where the host knows JSON alone', () => {
    const { body, messages, codes } = prepareFor(asking, { host: 'deepseek' })
    expect(body['response_format']).toEqual({ type: 'json_object' })
    expect(messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('"minLength":1') })
    expect(codes).toEqual(['schema-as-instruction'])
  })
})

function isHost(name: string): name is 'openai' | 'mistral' | 'openrouter' | 'ollama' {
  return ['openai', 'mistral', 'openrouter', 'ollama'].includes(name)
}
