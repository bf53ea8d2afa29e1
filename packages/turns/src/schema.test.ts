import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatIssues, jsonSchemaOf } from './index.ts'

describe('jsonSchemaOf', () => {
  it('describes what a zod schema accepts, without the dialect’s address', () => {
    const schema = z.object({ city: z.string().describe('where'), days: z.number().int().min(1).default(3) })
    expect(jsonSchemaOf(schema, 'input')).toMatchObject({
      type: 'object',
      properties: { city: { type: 'string', description: 'where' }, days: { type: 'integer', default: 3 } },
      required: ['city'],
    })
    expect(jsonSchemaOf(schema, 'input')).not.toHaveProperty('$schema')
  })

  it('is data: it survives JSON unchanged', () => {
    const described = jsonSchemaOf(z.object({ a: z.enum(['x', 'y']).nullable() }), 'input')
    expect(JSON.parse(JSON.stringify(described))).toEqual(described)
  })

  const standard = { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) }
  const describing = (input: () => unknown) => ({ '~standard': { ...standard, jsonSchema: { input } } })
  it.each<[string, unknown, RegExp]>([
    [
      'a plain JSON Schema',
      { type: 'object', properties: {} },
      /plain JSON Schema.*wrap it with jsonSchema\(\) of @geppetto\/tools\/json-schema/,
    ],
    ['nothing', undefined, /must be a Standard Schema, such as z\.object/],
    ['a text', 'string', /must be a Standard Schema/],
    ['an empty object', {}, /must be a Standard Schema/],
    [
      'a schema of a library that cannot describe',
      { '~standard': standard },
      /can validate but cannot say what it is.*zod 4\.2.*valibot/,
    ],
    ['a date in it', z.object({ at: z.date() }), /holds something that JSON Schema cannot say: .*Date/],
    ['a bigint', z.bigint(), /cannot say/],
    ['a description that is a text', describing(() => 'object'), /described itself as string/],
    [
      'a description that is not JSON',
      describing(() => ({ default: () => 1 })),
      /is not JSON: .*default is a function/,
    ],
  ])('refuses %s and says what to do', (_, schema, message) => {
    expect(() => jsonSchemaOf(schema, 'tool weather: input')).toThrow(
      expect.objectContaining({
        code: 'invalid_schema',
        field: 'tool weather: input',
        message: expect.stringMatching(message),
      }),
    )
    expect(() => jsonSchemaOf(schema, 'tool weather: input')).toThrow(/^tool weather: input /)
  })

  it('keeps what the library said as the cause', () => {
    expect(() => jsonSchemaOf(z.date(), 'x')).toThrow(expect.objectContaining({ cause: expect.any(Error) }))
  })
})

describe('formatIssues', () => {
  it('gives one line with a path each', () => {
    expect(
      formatIssues([
        { message: 'expected string', path: ['city'] },
        { message: 'expected number', path: [{ key: 'days' }, 0] },
        { message: 'nothing fits', path: [] },
        { message: 'no path' },
        { message: 'odd', path: [0, 'a', Symbol('s')] },
      ]),
    ).toBe('city: expected string; days[0]: expected number; nothing fits; no path; [0].a.Symbol(s): odd')
  })
})
