import {
  type Block,
  structuredOutputKey,
  systemBlock,
  toolChoiceKey,
  toolDefinitionsKey,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { parseBody } from './recording.test-helper.ts'
import { bodyOf, codesOf, prepare, turnOf } from './request.test-helper.ts'

describe('tools', () => {
  const inputSchema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
  const definitions = [{ name: 'weather', description: 'The weather.', inputSchema }]
  const offering = withData(turnOf(userBlock('Hi')), toolDefinitionsKey, definitions)
  const serverTools = [{ type: 'web_search' }]

  it('are offered beside those of the provider', () => {
    const parameters = { ...inputSchema, additionalProperties: false }
    expect(bodyOf(offering, { serverTools }).tools).toEqual([
      { type: 'function', name: 'weather', description: 'The weather.', parameters, strict: true },
      { type: 'web_search' },
    ])
  })

  it('may have to be called', () => {
    const chosen = (choice: Parameters<typeof toolChoiceKey.write>[1]) =>
      bodyOf(withData(offering, toolChoiceKey, choice), { serverTools }).tool_choice
    expect(chosen('required')).toBe('required')
    expect(chosen({ tool: 'weather' })).toEqual({ type: 'function', name: 'weather' })
    expect(chosen({ tool: 'web_search' })).toEqual({ type: 'web_search' })
    expect(() => chosen({ tool: 'other' })).toThrow(/other/)
    expect(bodyOf(withData(turnOf(userBlock('Hi')), toolChoiceKey, 'auto'))).not.toHaveProperty('tool_choice')
  })

  it('with names that the API refuses are refused before anything is sent', () => {
    const named = withData(offering, toolDefinitionsKey, [{ name: 'get.weather', description: '', inputSchema }])
    expect(() => prepare(named)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('and answers have schemas that the API takes, and what is weakened is told', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', minLength: 2 } }, required: ['a'] }
    const request = prepare(withData(turnOf(userBlock('Hi')), structuredOutputKey, { name: 'answer', schema }))
    expect(parseBody(request.body).text).toEqual({
      format: {
        type: 'json_schema',
        name: 'answer',
        strict: true,
        schema: { ...schema, properties: { a: { type: 'string' } }, additionalProperties: false },
      },
    })
    expect(codesOf(request)).toEqual(['schema-weakened'])
  })
})

it.each([
  { type: 'array', items: { type: 'string' } },
  { type: 'string', enum: ['a', 'b'] },
])('an answer that is no object, as %j, is asked for in words', (schema) => {
  const asked = (...blocks: readonly Block[]) =>
    prepare(withData(turnOf(...blocks, userBlock('Hi')), structuredOutputKey, { name: 'answer', schema }))
  const request = asked(systemBlock('Be brief.'))
  const body = parseBody(request.body)
  expect(body).not.toHaveProperty('text')
  expect(body.instructions).toMatch(/^Be brief\.\n\nAnswer with one JSON value/)
  expect(body.instructions).toContain(JSON.stringify(schema))
  expect(codesOf(request)).toEqual(['schema-as-instruction'])
  expect(parseBody(asked().body).instructions).toMatch(/^Answer with one JSON value/)
})
