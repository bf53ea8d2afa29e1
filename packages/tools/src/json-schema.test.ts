import { formatIssues } from '@geppetto/turns'
import { describe, expect, it, vi } from 'vitest'
import { jsonSchema } from './json-schema.ts'

/** What is wrong with a value, as a model reads it; undefined when nothing is. */
async function problemOf(schema: object, value: unknown): Promise<string | undefined> {
  const { issues } = await jsonSchema(schema)['~standard'].validate(value)
  return issues === undefined ? undefined : formatIssues(issues)
}

const trip = {
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 2 },
    days: { type: 'array', items: { $ref: '#/$defs/day' }, maxItems: 2 },
    'a/b~c d': { type: 'number' },
  },
  required: ['city'],
  additionalProperties: false,
  $defs: { day: { type: 'object', properties: { rain: { enum: ['yes', 'no'] } } } },
}

describe('jsonSchema', () => {
  it('passes on what fits, as it is', async () => {
    const value = { city: 'Paris', days: [{ rain: 'no' }] }
    const result = await jsonSchema(trip)['~standard'].validate(value)
    expect(result).toEqual({ value })
    expect(result).toHaveProperty('value', value)
  })

  it.each([
    ['a wrong type', { city: 5 }, 'city: Instance type "number" is invalid. Expected "string".'],
    ['a missing field', {}, 'Instance does not have required property "city".'],
    ['a field too many', { city: 'Paris', x: 1 }, 'x: is not allowed here'],
    [
      'a fault behind a $ref',
      { city: 'Paris', days: [{}, { rain: 'maybe' }] },
      'days[1].rain: Instance does not match',
    ],
    ['a field with a strange name', { city: 'Paris', 'a/b~c d': '' }, 'a/b~c d: Instance type "string"'],
    ['no value at all', undefined, 'value is undefined'],
    ['what is not JSON', { city: 'Paris', days: [Number.NaN] }, 'value.days[0] is NaN, which JSON cannot hold'],
  ])('names %s by its path', async (_, value, problem) => {
    expect(await problemOf(trip, value)).toContain(problem)
  })

  it('says all that is wrong, and only the innermost of each', async () => {
    expect(await problemOf(trip, { city: 'P', days: 1, x: 1 })).toBe(
      'city: String is too short (1 < 2).; days: Instance type "number" is invalid. Expected "array".; x: is not allowed here',
    )
  })

  it('says of alternatives that one of them must fit', async () => {
    const closed = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }
    const schema = { properties: { x: { anyOf: [closed, { type: 'null' }] }, y: { type: 'string' } } }
    expect(await problemOf(schema, { x: { a: 1, b: 2 }, y: 3 })).toBe(
      'x: fits none of the alternatives: (x.a: Instance type "number" is invalid. Expected "string".; x.b: is not allowed here)' +
        ' or (x: Instance type "object" is invalid. Expected "null".); y: Instance type "number" is invalid. Expected "string".',
    )
  })

  it('says of exclusive alternatives that several fit', async () => {
    const schema = { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'string' }] }
    expect(await problemOf(schema, 1)).toBe('Instance does not match exactly one subschema (2 matches).')
    expect(await problemOf(schema, true)).toContain('fits none of the alternatives')
  })

  it('leaves out fields that are undefined, as JSON does', async () => {
    expect(await problemOf(trip, { city: 'Paris', days: undefined })).toBeUndefined()
  })

  it('describes itself as the schema that it was made from, whatever becomes of that', () => {
    const plain = { type: 'object', properties: { a: { type: 'string' } } }
    const schema = jsonSchema(Object.freeze(plain))
    plain.properties.a.type = 'number'
    const described = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
    expect(described).toEqual({ type: 'object', properties: { a: { type: 'string' } } })
  })

  it('reads the draft that the schema names, or that the caller names', async () => {
    // Only in draft 7 does a $ref hide what stands beside it.
    const schema = { definitions: { any: {} }, $ref: '#/definitions/any', type: 'string' }
    expect(await problemOf(schema, 1)).toContain('Expected "string"')
    expect(await problemOf({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }, 1)).toBeUndefined()
    expect(await jsonSchema(schema, { draft: '7' })['~standard'].validate(1)).toEqual({ value: 1 })
  })

  it('needs no eval', async () => {
    const refuse = () => {
      throw new EvalError('no code may be made from strings here')
    }
    vi.stubGlobal('Function', refuse)
    vi.stubGlobal('eval', refuse)
    try {
      expect(await problemOf(trip, {})).toContain('city')
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it.each([
    ['a list', []],
    ['a function', () => {}],
    ['what is not JSON', { type: 'object', default: new Date(0) }],
    ['two schemas of one name', { $defs: { a: { $id: 'x:a', type: 'string' }, b: { $id: 'x:a', type: 'number' } } }],
  ])('refuses %s', (_, schema) => {
    expect(() => jsonSchema(schema)).toThrow(expect.objectContaining({ code: 'invalid_schema' }))
  })
})
