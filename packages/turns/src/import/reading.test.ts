import { expect, it } from 'vitest'
import { fieldsIn, filledIn, textIn, without } from './fields.ts'
import { unreadIn, watch } from './reading.ts'

const nobodyTold = () => false

it('knows the fields that nobody has read, at any depth', () => {
  const watched = watch({ type: 't', a: 'x', b: { c: 'y', d: [{ e: 1 }], f: [] }, g: null })
  expect(unreadIn(watched, 'at', nobodyTold)).toEqual(['at.a', 'at.b'])
  if (typeof watched !== 'object' || watched === null) throw new Error('it is watched')
  const fields = { ...watched }
  expect(textIn(fieldsIn(fields, 'b'), 'c')).toBe('y')
  expect(unreadIn(watched, 'at', nobodyTold)).toEqual(['at.b.d'])
  expect(unreadIn(watched, 'at', (path) => path === 'at.b')).toEqual([])
})

it('does not count as read what is of another type, blank or left out', () => {
  const watched = watch({ a: 1, b: ' ', c: 'c', d: 'd' })
  if (typeof watched !== 'object' || watched === null) throw new Error('it is watched')
  const fields = Object.assign(watched)
  expect([textIn(fields, 'a'), filledIn(fields, 'b'), without(fields, 'a', 'b', 'c')]).toEqual([
    undefined,
    undefined,
    { d: 'd' },
  ])
  expect(unreadIn(watched, '', nobodyTold)).toEqual(['a', 'b', 'c'])
})

it('follows a circle once', () => {
  const circle: { self?: unknown; a: string } = { a: 'x' }
  circle.self = circle
  const watched = watch(circle)
  expect(Reflect.get(Object(watched), 'self')).toBe(watched)
  expect(unreadIn(watched, 'at', nobodyTold)).toEqual(['at.a'])
})
