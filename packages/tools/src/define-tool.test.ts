import type { DescribedSchema } from '@geppetto/turns'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { jsonSchema } from './json-schema.ts'
import { isToolError } from './tool-error.ts'

const input = z.object({ city: z.string() })
const weather = { name: 'get_weather', description: 'The weather in a city.', input }

/** The error that defining a tool throws. */
function errorOf(define: () => unknown): { code: string; message: string } {
  try {
    define()
  } catch (error) {
    if (isToolError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('defineTool', () => {
  it('tells the model of the tool by its name, its description and its JSON Schema', () => {
    const tool = defineTool({ ...weather, output: z.object({ celsius: z.number() }) })
    expect(tool.definition).toMatchObject({
      name: 'get_weather',
      description: 'The weather in a city.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      outputSchema: { type: 'object', properties: { celsius: { type: 'number' } } },
    })
    expect(tool.definition.inputSchema).not.toHaveProperty('$schema')
    expect(Object.keys(tool.definition.inputSchema).some((key) => key.startsWith('~'))).toBe(false)
  })

  it('takes a tool for side-effecting unless it says otherwise', () => {
    expect(defineTool(weather).effects).toBe('side-effecting')
    expect(defineTool({ ...weather, effects: 'none' }).effects).toBe('none')
  })

  it('is immutable, down to its definition', () => {
    const tool = defineTool(weather)
    expect(Object.isFrozen(tool)).toBe(true)
    expect(Object.isFrozen(tool.definition.inputSchema.properties)).toBe(true)
  })

  it('freezes nothing of the schema that it was given', () => {
    const plain = { type: 'object', properties: { city: { type: 'string' } } }
    defineTool({ ...weather, input: jsonSchema(plain) })
    expect(Object.isFrozen(plain.properties)).toBe(false)
  })

  it.each([
    ['zod', input],
    ['valibot', toStandardJsonSchema(v.object({ city: v.string() }))],
    ['arktype', type({ city: 'string' })],
    ['JSON Schema', jsonSchema({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] })],
  ])('takes a schema of %s', (_, schema) => {
    const { inputSchema } = defineTool({ name: 'a', description: 'A.', input: schema }).definition
    expect(inputSchema).toMatchObject({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    })
  })

  it.each(['', 'get weather', 'wetter_für', 'a'.repeat(65), 'a.b'])('refuses the name %j', (name) => {
    const error = errorOf(() => defineTool({ ...weather, name }))
    expect(error.code).toBe('invalid_tool')
    expect(error.message).toContain('1 to 64 letters')
  })

  it('takes a name of 64 characters', () => {
    expect(defineTool({ ...weather, name: 'a'.repeat(64) }).name).toHaveLength(64)
  })

  it('refuses an empty description and says what it is for', () => {
    const error = errorOf(() => defineTool({ ...weather, description: ' \n' }))
    expect(error.code).toBe('invalid_tool')
    expect(error.message).toContain('tool get_weather: description is empty')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the time limit %d', (timeoutMs) => {
    expect(errorOf(() => defineTool({ ...weather, timeoutMs })).message).toContain('timeoutMs must be')
  })

  it('refuses effects and functions that only a JavaScript caller can give', () => {
    expect(errorOf(() => Reflect.apply(defineTool, undefined, [{ ...weather, effects: 'some' }])).message).toContain(
      'effects must be one of',
    )
    expect(errorOf(() => Reflect.apply(defineTool, undefined, [{ ...weather, execute: 'run' }])).message).toContain(
      'execute must be a function',
    )
    expect(errorOf(() => Reflect.apply(defineTool, undefined, [{ ...weather, reconcile: 'ask' }])).message).toContain(
      'reconcile must be a function',
    )
  })

  it.each(['none', 'idempotent'] as const)('refuses reconcile where effects is %s: nobody would ask', (effects) => {
    const reconcile = () => ({ state: 'unknown' as const })
    expect(errorOf(() => defineTool({ ...weather, effects, reconcile })).message).toContain(
      `reconcile is never asked where effects is ${effects}`,
    )
    expect(defineTool({ ...weather, effects: 'side-effecting', reconcile }).reconcile).toBe(reconcile)
  })

  it.each<[string, DescribedSchema]>([
    ['a string', z.string()],
    ['a union', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ['a list', z.array(z.object({}))],
  ])('refuses %s as input: arguments come by name', (_, schema) => {
    const error = errorOf(() => defineTool({ ...weather, input: schema }))
    expect(error.code).toBe('invalid_tool')
    expect(error.message).toContain('input must be an object schema')
  })

  it('refuses a plain JSON Schema and names the function that wraps it', () => {
    const error = errorOf(() => Reflect.apply(defineTool, undefined, [{ ...weather, input: { type: 'object' } }]))
    expect(error.code).toBe('invalid_tool')
    expect(error.message).toContain('jsonSchema() of @geppetto/tools/json-schema')
  })

  it('refuses a schema that JSON Schema has no word for, and keeps the cause', () => {
    const error = errorOf(() => defineTool({ ...weather, input: z.object({ when: z.date() }) }))
    expect(error.message).toContain('tool get_weather: input holds something that JSON Schema cannot say')
    expect(error).toHaveProperty('cause.code', 'invalid_schema')
  })

  it('refuses an output schema that cannot describe itself', () => {
    const error = errorOf(() => defineTool({ ...weather, output: z.object({ when: z.date() }) }))
    expect(error.message).toContain('tool get_weather: output')
  })
})
