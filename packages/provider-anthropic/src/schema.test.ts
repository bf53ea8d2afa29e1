import { expect, it } from 'vitest'
import { lowerSchema } from './schema.ts'

it.each(['$defs', 'definitions'])('a reference at the top, into %s, is followed', (place) => {
  const tree = { type: 'object', properties: { next: { $ref: `#/${place}/Tree` } }, additionalProperties: false }
  expect(lowerSchema({ $ref: `#/${place}/Tree`, [place]: { Tree: tree } })).toMatchObject({
    schema: { type: 'object', properties: { next: { $ref: '#/$defs/Tree' } }, $defs: { Tree: { type: 'object' } } },
    weakened: [],
  })
})

it('a reference at the top that leads nowhere cannot be told', () => {
  expect(lowerSchema({ $ref: '#/$defs/Tree' }).schema).toBeUndefined()
})
