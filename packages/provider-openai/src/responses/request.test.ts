import { isEngineError } from '@geppetto/engine'
import {
  assistantBlock,
  type Block,
  type ContentPart,
  type InferenceConfig,
  inferenceConfigKey,
  type JsonObject,
  providerBlock,
  reasoningBlock,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiResponsesAdapter } from './adapter.ts'
import { parseBody } from './recording.test-helper.ts'
import { bodyOf, codesOf, host, prepare, turnOf } from './request.test-helper.ts'

const inputOf = (...blocks: readonly Block[]): unknown => bodyOf(turnOf(...blocks)).input
const configured = (config: InferenceConfig) => withData(turnOf(userBlock('Hi')), inferenceConfigKey, config)
const call = (callId: string, value: JsonObject = {}): Block =>
  toolCallBlock({ callId, name: 'weather', input: { state: 'parsed', value } })
const result = (callId: string, content: string | readonly ContentPart[] = 'Mild.'): Block =>
  toolResultBlock({ callId, name: 'weather', outcome: 'ok', content })
const user = { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }

describe('the request', () => {
  it('keeps nothing at the provider by default, and asks for what makes that possible', () => {
    expect(bodyOf(turnOf(userBlock('Hi')))).toEqual({
      model: 'gpt-5-mini',
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      input: [user],
    })
  })

  it('asks a model that does not reason for no reasoning', () => {
    expect(bodyOf(turnOf(userBlock('Hi')), {}, 'gpt-4.1-mini')).not.toHaveProperty('include')
    expect(bodyOf(turnOf(userBlock('Hi')), { include: ['a'] }, 'ft:gpt-4o-mini:org')).toMatchObject({ include: ['a'] })
    expect(bodyOf(turnOf(userBlock('Hi')), { include: ['a'] }, 'openai/o3').include).toEqual([
      'reasoning.encrypted_content',
      'a',
    ])
  })

  it('asks a model of an unknown name for reasoning only where it is told to reason, or by option', () => {
    const hidden = ['reasoning.encrypted_content']
    expect(bodyOf(turnOf(userBlock('Hi')), {}, 'my-deployment')).not.toHaveProperty('include')
    expect(bodyOf(configured({ reasoning: { effort: 'none' } }), {}, 'my-deployment')).not.toHaveProperty('include')
    expect(bodyOf(configured({ reasoning: { effort: 'low' } }), {}, 'my-deployment').include).toEqual(hidden)
    expect(bodyOf(turnOf(userBlock('Hi')), { include: hidden }, 'my-deployment').include).toEqual(hidden)
  })

  it('says the settings in the words of the API', () => {
    const turn = configured({
      maxOutputTokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      serviceTier: 'flex',
    })
    expect(bodyOf(turn)).toMatchObject({
      max_output_tokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      service_tier: 'flex',
    })
  })

  it('tells of the settings that the API or the model has no word for', () => {
    const config = { seed: 1, stopSequences: ['.'], temperature: 0, topP: 1, reasoning: { budget: 5 } }
    const request = prepare(configured(config))
    expect(codesOf(request)).toEqual(Array.from({ length: 5 }, () => 'option-dropped'))
    expect(parseBody(request.body)).not.toHaveProperty('temperature')
    expect(bodyOf(configured({ temperature: 0, reasoning: { effort: 'none' } }))).toMatchObject({ temperature: 0 })
    expect(bodyOf(configured({ temperature: 0 }), {}, 'llama-4')).toMatchObject({ temperature: 0 })
    const plain = prepare(configured({ reasoning: { effort: 'low' } }), {}, 'gpt-4o')
    expect(codesOf(plain)).toEqual(['option-dropped'])
    expect(parseBody(plain.body)).not.toHaveProperty('reasoning')
  })

  it('takes options of the API alone, which win, and adds to what is an object', () => {
    const own = {
      prompt_cache_key: 'a',
      metadata: { b: 'c' },
      stream: false,
      reasoning: { summary: 'auto' },
      model: 'o3',
    }
    const request = prepare(configured({ reasoning: { effort: 'low' }, providerOptions: { 'openai-responses': own } }))
    expect(parseBody(request.body)).toMatchObject({ ...own, reasoning: { effort: 'low', summary: 'auto' } })
    expect(request).toMatchObject({ stream: false, model: 'o3' })
    const replaced = configured({ providerOptions: { 'openai-responses': { input: 'Hello' } } })
    expect(bodyOf(replaced).input).toBe('Hello')
  })

  it('is the same text each time', () => {
    const adapter = openaiResponsesAdapter()
    const turn = turnOf(userBlock('Hi'), call('call_1'), result('call_1'))
    const [one, two] = [1, 2].map(() => adapter.prepare(turn, { model: 'o3' }, host).body)
    expect(one).toBe(two)
  })

  it('can be counted', () => {
    const adapter = openaiResponsesAdapter({ serverTools: [{ type: 'web_search' }] })
    const request = adapter.prepareCount?.(configured({ maxOutputTokens: 5 }), { model: 'o3' }, host)
    expect(request).toMatchObject({ path: '/responses/input_tokens', stream: false })
    expect(parseBody(request?.body ?? '')).toEqual({ model: 'o3', input: [user], tools: [{ type: 'web_search' }] })
    expect(adapter.readCount?.({ object: 'response.input_tokens', input_tokens: 12 })).toBe(12)
    expect(() => adapter.readCount?.({})).toThrow(/input_tokens/)
  })
})

describe('what is said', () => {
  it('begins with system text as instructions, and has it in the middle where it stands there', () => {
    const body = bodyOf(turnOf(systemBlock('Be brief.'), userBlock('Hi'), systemBlock('In French.')))
    expect(body.instructions).toBe('Be brief.')
    expect(body.input).toEqual([user, { role: 'system', content: [{ type: 'input_text', text: 'In French.' }] }])
  })

  it('is not instructions alone, which the API refuses, and is not nothing', () => {
    const body = bodyOf(turnOf(systemBlock('Be brief.')))
    expect(body).not.toHaveProperty('instructions')
    expect(body.input).toMatchObject([{ role: 'system' }])
    expect(() => prepare(turnOf())).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('has no half of a character', () => {
    expect(inputOf(userBlock('a\ud83d'), assistantBlock('b\ude00'))).toMatchObject([
      { content: [{ text: 'a\ufffd' }] },
      { content: [{ text: 'b\ufffd' }] },
    ])
  })

  it('may be images and files, from where they are', () => {
    const data = 'iVBORw0KGgoAAAA'
    const content: readonly ContentPart[] = [
      { type: 'image', source: { type: 'base64', data }, detail: 'low' },
      { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
      { type: 'image', source: { type: 'provider-file', api: 'openai-chat', fileId: 'file_1' } },
      { type: 'file', source: { type: 'base64', data: 'JVBERi0x' }, mediaType: 'application/pdf', name: 'a.pdf' },
      { type: 'file', source: { type: 'url', url: 'https://a.example/b.pdf' } },
    ]
    expect(inputOf(userBlock(content))).toMatchObject([
      {
        content: [
          { type: 'input_image', detail: 'low', image_url: `data:image/png;base64,${data}` },
          { image_url: 'https://a.example/b.png', detail: 'auto' },
          { file_id: 'file_1' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
          { file_url: 'https://a.example/b.pdf' },
        ],
      },
    ])
  })

  it.each<ContentPart>([
    { type: 'audio', source: { type: 'base64', data: 'AAAA' } },
    { type: 'image', source: { type: 'base64', data: 'AAAA' } },
    { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/svg+xml' },
    { type: 'image', source: { type: 'provider-file', api: 'anthropic-messages', fileId: 'file_1' } },
  ])('is refused by the name of its block where the API cannot take it: %j', (part) => {
    const block = userBlock([part], { id: 'the-block' })
    const refusal = catchError(() => prepare(turnOf(block)))
    expect(refusal).toMatchObject({ code: 'unsupported', message: expect.stringContaining('the-block') })
  })

  it('by the model is text, refusals as such, and never empty', () => {
    const request = prepare(
      turnOf(
        userBlock('Hi'),
        assistantBlock('Mild. \n'),
        assistantBlock('No.', { refusal: true }),
        assistantBlock(' '),
      ),
    )
    expect(parseBody(request.body).input).toMatchObject([
      user,
      { role: 'assistant', content: [{ type: 'output_text', text: 'Mild. \n' }] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ])
    expect(codesOf(request)).toEqual(['empty-text-dropped'])
  })

  it('by another provider in secret stays out, and that is told', () => {
    const native = {
      api: 'anthropic-messages',
      host: 'api.anthropic.com',
      model: 'claude',
      group: 'g',
      payload: { signature: 'SECRET' },
    }
    const request = prepare(
      turnOf(userBlock('Hi'), reasoningBlock('Hm.', { native }), providerBlock('web_search', { native })),
    )
    expect(request.body).not.toContain('SECRET')
    expect(codesOf(request)).toEqual(['reasoning-dropped', 'provider-block-dropped'])
  })
})

describe('calls and results', () => {
  it('have ids that fit, the same for both', () => {
    const ids = ['call_1|fc_1', 'x'.repeat(65), 'Write:6', 'é']
    const input = parseBody(
      prepare(turnOf(userBlock('Hi'), ...ids.map((id) => call(id)), ...ids.map((id) => result(id)))).body,
    ).input
    const sent = JSON.parse(JSON.stringify(input))
      .slice(1)
      .map((item: JsonObject) => item.call_id)
    expect(new Set(sent).size).toBe(ids.length)
    expect(sent.slice(0, 4)).toEqual(sent.slice(4))
    for (const id of sent) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })

  it('have arguments that are a JSON object, whatever arrived', () => {
    const cut = toolCallBlock({ callId: 'a', name: 'weather', input: { state: 'incomplete', raw: '{"loca' } })
    const text = toolCallBlock({ callId: 'b', name: 'get.weather', input: { state: 'parsed', value: 'Paris' } })
    const request = prepare(turnOf(userBlock('Hi'), cut, text, result('a'), result('b')))
    expect(parseBody(request.body).input).toMatchObject([
      user,
      { arguments: '{"input":"{\\"loca"}' },
      { name: 'get_weather', arguments: '{"input":"Paris"}' },
      {},
      {},
    ])
    expect(codesOf(request)).toEqual(['arguments-wrapped', 'arguments-wrapped', 'tool-name-changed'])
  })

  it('stand together: a result comes before anybody else speaks', () => {
    const request = prepare(turnOf(userBlock('Hi'), call('a'), userBlock('Hi'), result('a')))
    expect(parseBody(request.body).input).toMatchObject([
      user,
      { type: 'function_call' },
      { type: 'function_call_output' },
      user,
    ])
    expect(codesOf(request)).toEqual(['result-moved'])
  })

  it('may have images in the result, and no empty parts', () => {
    const image: ContentPart = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
    const output = (content: readonly ContentPart[]) =>
      bodyOf(turnOf(userBlock('Hi'), call('a'), result('a', content))).input
    expect(output([textPart('As seen:'), image])).toMatchObject([
      {},
      {},
      { output: [{ type: 'input_text' }, { type: 'input_image', image_url: 'https://a.example/b.png' }] },
    ])
    expect(output([textPart(''), image])).toMatchObject([{}, {}, { output: [{ type: 'input_image' }] }])
    expect(output([])).toMatchObject([{}, {}, { output: '' }])
  })

  it.each(['error', 'cancelled', 'timed-out', 'denied'] as const)('tell that it is %s where no words do', (outcome) => {
    const told = `The outcome is: ${outcome}.`
    const image: ContentPart = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
    const outputOf = (content: readonly ContentPart[]) => {
      const failed = toolResultBlock({ callId: 'a', name: 'weather', outcome, content })
      return bodyOf(turnOf(userBlock('Hi'), call('a'), failed)).input
    }
    expect(outputOf([])).toMatchObject([{}, {}, { output: told }])
    expect(outputOf([textPart(' ')])).toMatchObject([{}, {}, { output: told }])
    expect(outputOf([image])).toMatchObject([
      {},
      {},
      { output: [{ type: 'input_text', text: told }, { type: 'input_image' }] },
    ])
    const [, , answered] = [outputOf([textPart('No'), image])].flat()
    expect(answered).toMatchObject({ output: [{ text: 'No' }, { type: 'input_image' }] })
  })
})

it.each([
  { store: 'yes' },
  { previousResponse: 1 },
  { previousResponse: true, store: false },
  { include: 'a' },
  { serverTools: [{}] },
])('refuses options that cannot be: %j', (options) => {
  // As a program without types may pass them.
  const make: (options: object) => unknown = openaiResponsesAdapter
  expect(() => make(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }))
})

function catchError(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    if (isEngineError(error)) return error
    throw error
  }
}

it('what the turn says wins over the defaults', () => {
  const request = openaiResponsesAdapter().prepare(
    configured({ model: 'o3' }),
    { model: 'o4-mini', maxOutputTokens: 9 },
    host,
  )
  expect(parseBody(request.body)).toMatchObject({ model: 'o3', max_output_tokens: 9 })
})
