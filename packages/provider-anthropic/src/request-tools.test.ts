import {
  createTurn,
  type JsonObject,
  structuredOutputKey,
  systemBlock,
  type ToolChoice,
  type ToolDefinition,
  toolCallBlock,
  toolChoiceKey,
  toolDefinitionsKey,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepared } from './prepare.test-helper.ts'

const look: ToolDefinition = { name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: {} } }
const asked = createTurn({ blocks: [userBlock('a')] })
const offering = (...tools: readonly ToolDefinition[]) => withData(asked, toolDefinitionsKey, tools)

describe('tools', () => {
  it('are told with their schemas, after those that the provider runs itself', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' }
    const { json } = prepared(offering(look), {}, { cache: 'off', serverTools: [search] })
    expect(json.tools).toEqual([search, { name: 'look', description: 'Looks', input_schema: look.inputSchema }])
  })

  it.each<[ToolChoice, JsonObject]>([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    [{ tool: 'look' }, { type: 'tool', name: 'look' }],
  ])('are chosen by %j', (choice, said) => {
    expect(prepared(withData(offering(look), toolChoiceKey, choice)).json.tool_choice).toEqual(said)
    expect(prepared(withData(asked, toolChoiceKey, choice)).json.tool_choice).toBeUndefined()
  })

  it('may be called one at a time, whatever the choice', () => {
    const providerOptions = { 'anthropic-messages': { tool_choice: { disable_parallel_tool_use: true } } }
    expect(prepared(offering(look), { providerOptions }).json.tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    })
    expect(
      prepared(withData(offering(look), toolChoiceKey, 'required' as const), { providerOptions }).json.tool_choice,
    ).toEqual({
      type: 'any',
      disable_parallel_tool_use: true,
    })
  })

  it('have an object at the top of their schemas, and no choice there', () => {
    const inputSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      anyOf: [{ type: 'object' }],
      properties: {},
    }
    const { json, codes } = prepared(offering({ ...look, inputSchema }))
    expect(json.tools).toMatchObject([{ input_schema: { type: 'object', properties: {} } }])
    expect(JSON.stringify(json.tools)).not.toMatch(/anyOf|\$schema/)
    expect(codes).toEqual(['schema-weakened'])
  })

  it('whose name the API does not take are refused: calls could not be given back', () => {
    expect(() => prepared(offering({ ...look, name: 'files.read' }))).toThrow(/files\.read/)
  })

  it('of remote servers are named apart, with all that they have and the beta that they need', () => {
    const server = { type: 'url', name: 'docs', url: 'https://docs.example/mcp', authorization_token: 'secret' }
    const { json, headers } = prepared(
      asked,
      {},
      { cache: 'off', serverTools: [server], betas: ['files-api-2025-04-14'] },
    )
    expect(json).toMatchObject({ mcp_servers: [server], tools: [{ type: 'mcp_toolset', mcp_server_name: 'docs' }] })
    expect(headers['anthropic-beta']).toBe('files-api-2025-04-14,mcp-client-2025-11-20')
    const toolset = { type: 'mcp_toolset', mcp_server_name: 'docs', default_config: { enabled: false } }
    const own = prepared(asked, {}, { cache: 'off', serverTools: [server, toolset], betas: ['mcp-client-2026-09-15'] })
    expect(own.json.tools).toEqual([toolset])
    expect(own.headers['anthropic-beta']).toBe('mcp-client-2026-09-15')
  })
})

describe('the form of the answer', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { age: { type: 'integer', minimum: 0 } },
    required: ['age'],
    additionalProperties: false,
  }
  const formed = (form: JsonObject) => withData(asked, structuredOutputKey, { name: 'dog', schema: form })

  it('is asked for by the API’s own means, and what that cannot say is told', () => {
    const { json, degradations } = prepared(formed(schema))
    expect(json.output_config).toEqual({
      format: { type: 'json_schema', schema: { ...schema, properties: { age: { type: 'integer' } } } },
    })
    expect(degradations).toEqual([
      { code: 'schema-weakened', message: 'output schema dog: #/properties/age/minimum is left out' },
    ])
  })

  it.each([
    ['the model has no such means', 'claude-sonnet-4-0', schema],
    ['names are of any kind', 'claude-sonnet-4-5', { type: 'object', additionalProperties: { type: 'string' } }],
    ['the answer is a list', 'claude-sonnet-4-5', { type: 'array', items: schema }],
  ])('is asked for in words where %s', (_why, model, form) => {
    const { json, codes } = prepared(formed(form), { model })
    expect(json.output_config).toBeUndefined()
    expect(JSON.stringify(json.system)).toContain('JSON Schema')
    expect(codes).toEqual(['schema-as-instruction'])
  })
})

describe('the prompt cache', () => {
  const mark = { cache_control: { type: 'ephemeral' } }
  const blocks = [
    systemBlock('Be brief.'),
    userBlock('a'),
    toolCallBlock({ callId: 'c1', name: 'look', input: { state: 'parsed', value: {} } }),
    toolResultBlock({ callId: 'c1', name: 'look', outcome: 'ok', content: 'seen' }),
  ]
  const turn = withData(createTurn({ blocks }), toolDefinitionsKey, [look, { ...look, name: 'hear' }])
  const countMarks = (body: string) => body.split('"cache_control"').length - 1

  it('keeps tools, system text and the conversation, as far as it went a step ago and now', () => {
    const { json, body } = prepared(turn, {}, {})
    expect(json.system).toMatchObject([mark])
    expect(json.tools).toMatchObject([{ name: 'look' }, { name: 'hear', ...mark }])
    expect(json.messages).toMatchObject([{ content: [mark] }, {}, { content: [{ type: 'tool_result', ...mark }] }])
    expect(countMarks(body)).toBe(4)
  })

  it('leaves the marks of the program alone, and makes no more than four in all', () => {
    const serverTools = [1, 2, 3].map((number) => ({ type: 'custom_20260101', name: `tool${number}`, ...mark }))
    const { body, json } = prepared(turn, {}, { serverTools })
    expect(countMarks(body)).toBe(4)
    expect(json.messages).toMatchObject([{}, {}, { content: [mark] }])
  })

  it('counts the marks of the program in whatever it puts in the place of ours', () => {
    const own = { cache_control: { type: 'ephemeral' } }
    const system = ['a', 'b', 'c'].map((text) => ({ type: 'text', text, ...own }))
    const bySystem = prepared(turn, { providerOptions: { 'anthropic-messages': { system } } }, {})
    expect(countMarks(bySystem.body)).toBe(4)
    expect(bySystem.json.messages).toMatchObject([{}, {}, { content: [mark] }])
    const messages = [{ role: 'user', content: [1, 2, 3, 4].map((n) => ({ type: 'text', text: `${n}`, ...own })) }]
    const byMessages = prepared(turn, { providerOptions: { 'anthropic-messages': { messages } } }, {})
    expect(countMarks(byMessages.body)).toBe(4)
    expect(countMarks(prepared(turn, { providerOptions: { 'anthropic-messages': own } }, {}).body)).toBe(4)
  })

  it('puts none of its own before what the program keeps for an hour', () => {
    const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
    const system = [{ type: 'text', text: 'Long.', ...hour }]
    const bySystem = prepared(turn, { providerOptions: { 'anthropic-messages': { system } } }, {}).json
    expect(JSON.stringify(bySystem.tools)).not.toContain('cache_control')
    expect(bySystem.messages).toMatchObject([{ content: [mark] }, {}, { content: [mark] }])
    expect(countMarks(prepared(turn, { providerOptions: { 'anthropic-messages': hour } }, {}).body)).toBe(1)
    const serverTools = [{ type: 'custom_20260101', name: 'tool', ...hour }]
    expect(countMarks(prepared(turn, {}, { serverTools }).body)).toBe(4)
  })

  it('does not change what old blocks say: the same text is marked or not', () => {
    const off = prepared(turn, {}, { cache: 'off' })
    prepared(turn, {}, {})
    expect(prepared(turn, {}, { cache: 'off' }).body).toBe(off.body)
    expect(countMarks(off.body)).toBe(0)
  })
})
