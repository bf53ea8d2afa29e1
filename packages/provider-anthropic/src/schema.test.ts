import { expect, it } from 'vitest'
import { lowerSchema } from './schema.ts'

it.each(['$defs', 'definitions'])('a reference at the top, into %s, is followed', (place) => {
  const leaf = { type: 'object', properties: {}, additionalProperties: false }
  const tree = { type: 'object', properties: { next: { $ref: `#/${place}/Leaf` } }, additionalProperties: false }
  expect(lowerSchema({ $ref: `#/${place}/Tree`, [place]: { Tree: tree, Leaf: leaf } })).toMatchObject({
    schema: { type: 'object', properties: { next: { $ref: '#/$defs/Leaf' } }, $defs: { Tree: { type: 'object' } } },
    weakened: [],
  })
})

it.each(['$defs', 'definitions'])('a schema that refers to itself, by %s, cannot be told', (place) => {
  const tree = { type: 'object', properties: { next: { $ref: `#/${place}/Tree` } }, additionalProperties: false }
  expect(lowerSchema({ $ref: `#/${place}/Tree`, [place]: { Tree: tree } })).toMatchObject({
    schema: undefined,
    reason: 'it refers to itself',
  })
})

it('a reference at the top that leads nowhere cannot be told', () => {
  expect(lowerSchema({ $ref: '#/$defs/Tree' }).schema).toBeUndefined()
})
