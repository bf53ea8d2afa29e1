import type { JsonObject } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { followRootReference } from './index.ts'

const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }

it('leaves a schema without a reference at its top as it is', () => {
  expect(followRootReference(person)).toBe(person)
})

it('puts what the top refers to in its place, through further references and escaped names', () => {
  const $defs = { 'a/b': { $ref: '#/$defs/person' }, person }
  expect(followRootReference({ $ref: '#/$defs/a~1b', $defs })).toEqual({ ...person, $defs })
})

it('keeps what stands beside the reference', () => {
  const schema = {
    $ref: '#/definitions/person',
    properties: { age: { type: 'number' } },
    required: ['age'],
    definitions: { person },
  }
  expect(followRootReference(schema)).toMatchObject({
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'number' } },
    required: ['age', 'name'],
  })
})

it.each<JsonObject>([
  { $ref: '#/$defs/nobody' },
  { $ref: '#/$defs/toString', $defs: {} },
  { $ref: 'https://elsewhere.test/schema' },
  { $ref: 7 },
  { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
])('finds nothing where the reference leads nowhere: %j', (schema) => {
  expect(followRootReference(schema)).toBeUndefined()
})
