import type { JsonObject } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { isRecursiveSchema } from './recursive-schema.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })
const to = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` })

it.each<[string, JsonObject]>([
  ['its top', object({ next: { $ref: '#' } })],
  ['one of its parts', object({ list: to('node') }, { $defs: { node: object({ next: to('node') }) } })],
  ['itself over two parts', object({ a: to('a') }, { $defs: { a: object({ b: to('b') }), b: { items: to('a') } } })],
  ['itself in a choice', object({ a: to('a') }, { $defs: { a: { anyOf: [{ type: 'null' }, { items: to('a') }] } } })],
  ['a part that nobody uses', object({}, { $defs: { a: to('a') } })],
  ['a property around it', object({ tree: object({ left: { $ref: '#/properties/tree' } }) })],
  ['itself under an older keyword', { definitions: { a: object({ a: { $ref: '#/definitions/a' } }) } }],
  ['a name of any character', object({ a: to('a~1b') }, { $defs: { 'a/b': { items: to('a~1b') } } })],
])('a schema that refers to %s is recursive', (_what, schema) => {
  expect(isRecursiveSchema(schema)).toBe(true)
})

it.each<[string, JsonObject]>([
  ['nothing', object({ a: { type: 'string' } })],
  ['a part twice', object({ a: to('a'), b: to('a') }, { $defs: { a: object({}) } })],
  [
    'a part by way of another, too',
    object({ a: to('a'), b: to('b') }, { $defs: { a: object({ b: to('b') }), b: {} } }),
  ],
  ['what is not there', object({ a: to('b'), c: { $ref: 'https://a.example/b' }, d: to('toString') })],
])('a schema that refers to %s is not', (_what, schema) => {
  expect(isRecursiveSchema(schema)).toBe(false)
})

it('is seen in a schema of many references in no time', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `d${index}`,
      object({ a: to(`d${index + 1}`), b: to(`d${index + 1}`) }),
    ]),
  )
  expect(isRecursiveSchema(object({ a: to('d0') }, { $defs }))).toBe(false)
})
