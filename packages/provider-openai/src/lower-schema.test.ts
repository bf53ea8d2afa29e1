import type { JsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type LoweredSchema, lowerAnswerSchema, lowerToolSchema } from './lower-schema.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
})
const closed = (properties: JsonObject, more: JsonObject = {}) =>
  object(properties, { additionalProperties: false, ...more })
const text = { type: 'string' }

/** The schema of an answer that is an object. */
function loweredAnswer(schema: JsonObject): LoweredSchema {
  const lowered = lowerAnswerSchema(schema)
  if (lowered === undefined) throw new Error('the answer is no object')
  return lowered
}

describe('the schema of a tool', () => {
  it('is strict where it can be, with its objects closed, also inner ones', () => {
    const inner = object({ b: text })
    const schema = object({ a: { type: 'array', items: inner }, c: { anyOf: [inner, { type: 'null' }] } })
    expect(lowerToolSchema(schema)).toEqual({
      strict: true,
      weakened: [],
      schema: closed({
        a: { type: 'array', items: closed({ b: text }) },
        c: { anyOf: [closed({ b: text }), { type: 'null' }] },
      }),
    })
  })

  it.each([
    ['a property is optional', object({ a: text }, { required: [] })],
    ['an inner property is optional', object({ a: object({ b: text }, { required: [] }) })],
    ['properties may have any name', object({ a: { type: 'object', additionalProperties: text } })],
    ['it says what strict mode does not know', object({ a: { type: 'string', minLength: 1 } })],
    ['it has a format that strict mode does not know', object({ a: { type: 'string', format: 'uri' } })],
    ['it has a choice of which one must fit', object({ a: { oneOf: [text, { type: 'number' }] } })],
  ])('stays as it is, and not strict, where %s', (_why, schema) => {
    expect(lowerToolSchema(schema)).toEqual({ schema, strict: false, weakened: [] })
  })

  it('with a choice at the top, which the API refuses, is one object that allows each', () => {
    const schema = {
      anyOf: [object({ a: text, c: text, kind: { const: 'a' } }), object({ b: text, c: text, kind: { const: 'b' } })],
    }
    expect(lowerToolSchema(schema)).toEqual({
      strict: false,
      weakened: ['the choice at the top is one object that allows each'],
      schema: {
        type: 'object',
        properties: { a: text, c: text, kind: { anyOf: [{ const: 'a' }, { const: 'b' }] }, b: text },
        required: ['c', 'kind'],
      },
    })
  })

  it('that is no object becomes one', () => {
    expect(lowerToolSchema({})).toMatchObject({
      schema: { type: 'object', properties: {} },
      weakened: ['the top is an object'],
    })
    expect(lowerToolSchema(object({ a: text }, { not: { required: ['b'] } }))).toEqual({
      schema: object({ a: text }),
      strict: false,
      weakened: ['not at the top is left out'],
    })
  })
})

describe('the schema of an answer', () => {
  it('is strict with less in it, and what is left out is told', () => {
    const schema = object({ a: { type: 'string', minLength: 1, default: 'b' }, c: { oneOf: [text, { type: 'null' }] } })
    expect(lowerAnswerSchema(schema)).toEqual({
      strict: true,
      weakened: ['minLength of .a is left out'],
      schema: closed({ a: text, c: { anyOf: [text, { type: 'null' }] } }),
    })
  })

  it('is not strict where it cannot be, and that is told', () => {
    const schema = object({ a: text }, { required: [] })
    expect(lowerAnswerSchema(schema)).toEqual({
      schema,
      strict: false,
      weakened: ['the form is not enforced: .a is optional'],
    })
  })

  it.each<[string, JsonObject]>([
    ['a list', { type: 'array', items: text }],
    ['one of some words', { type: 'string', enum: ['a', 'b'] }],
    ['one of some words, by these alone', { enum: ['a', 'b'] }],
    ['a constant', { const: 1 }],
    ['a choice that is no object', { anyOf: [text, { type: 'number' }] }],
    ['an object or nothing', { anyOf: [object({ a: text }), { type: 'null' }] }],
    ['an object or nothing, by type', { ...object({ a: text }), type: ['object', 'null'] }],
  ])('that is %s is none that the API has', (_what, schema) => {
    expect(lowerAnswerSchema(schema)).toBeUndefined()
  })

  it('may refer to itself', () => {
    const node = object({ next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } })
    const { schema, strict } = loweredAnswer(object({ list: { $ref: '#/$defs/node' } }, { $defs: { node } }))
    expect(strict).toBe(true)
    expect(schema.$defs).toMatchObject({ node: { additionalProperties: false } })
  })
})

describe('a schema whose top refers to another', () => {
  const referring = (more: JsonObject = {}) => ({ $ref: '#/$defs/A', $defs: { A: object({ a: text }) }, ...more })

  it('has that in its place', () => {
    const schema = closed({ a: text }, { $defs: { A: closed({ a: text }) } })
    expect(loweredAnswer(referring())).toEqual({ schema, strict: true, weakened: [] })
    expect(lowerToolSchema(referring())).toEqual({ schema, strict: true, weakened: [] })
  })

  it('has its parts where strict mode looks for them', () => {
    const node = object({ next: { anyOf: [{ $ref: '#/definitions/node' }, { type: 'null' }] } })
    const older = object({ list: { $ref: '#/definitions/node' } }, { definitions: { node } })
    for (const lower of [loweredAnswer, lowerToolSchema]) {
      const { schema, strict, weakened } = lower(older)
      expect({ strict, weakened }).toEqual({ strict: true, weakened: [] })
      expect(schema).toMatchObject({
        properties: { list: { $ref: '#/$defs/node' } },
        $defs: {
          node: { properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, {}] } }, additionalProperties: false },
        },
      })
      expect(schema).not.toHaveProperty('definitions')
    }
    expect(loweredAnswer({ $ref: '#/definitions/A', definitions: { A: object({ a: text }) } }).schema).toMatchObject({
      properties: { a: text },
    })
  })

  it('asks too for what stands beside the reference', () => {
    const { schema } = loweredAnswer(referring({ properties: { b: text }, required: ['b'] }))
    expect(schema).toMatchObject({ properties: { a: text, b: text }, required: ['b', 'a'] })
  })

  it('is followed as far as it leads, by names with any character', () => {
    const $defs = { 'a/b~': { $ref: '#/$defs/C' }, C: object({ a: text }) }
    expect(loweredAnswer({ $ref: '#/$defs/a~1b~0', $defs }).schema).toMatchObject({ properties: { a: text } })
  })

  it.each(['#', '#/$defs/B', '#/$defs/toString', 'https://a/b', '#/$defs/Loop'])('is refused at %s', ($ref) => {
    const schema = { $ref, $defs: { Loop: { $ref: '#/$defs/Loop' } } }
    expect(() => lowerAnswerSchema(schema)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('is none that the API has where that is no object', () => {
    const schema = { $ref: '#/$defs/A', $defs: { A: { type: 'array', items: text } } }
    expect(lowerAnswerSchema(schema)).toBeUndefined()
  })
})
