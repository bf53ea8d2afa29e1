import { expect, it } from 'vitest'
import { listIn, numberIn, objectIn, objectsIn, parseJsonObject, textIn } from './index.ts'

const value: unknown = { text: 'a', number: 1, object: { b: 2 }, list: [{ c: 3 }, 'd'], nothing: null }

it('reads fields of the type that is asked for', () => {
  expect([textIn(value, 'text'), numberIn(value, 'number'), objectIn(value, 'object')]).toEqual(['a', 1, { b: 2 }])
  expect([listIn(value, 'list'), objectsIn(value, 'list')]).toEqual([[{ c: 3 }, 'd'], [{ c: 3 }]])
})

it('finds nothing where a field is of another type, or inherited, or there is no object', () => {
  for (const read of [textIn, numberIn, objectIn])
    for (const name of ['list', 'nothing', 'absent', 'toString']) expect(read(value, name)).toBeUndefined()
  for (const none of [undefined, null, 'text', [value]])
    expect([textIn(none, 'text'), numberIn(none, 'number'), objectIn(none, 'object')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  expect([listIn(value, 'text'), objectsIn(undefined, 'list')]).toEqual([[], []])
})

it('counts a number that counts nothing as absent', () => {
  for (const number of [-1, Number.NaN, Number.POSITIVE_INFINITY, JSON.parse('1e999')])
    expect(numberIn({ number }, 'number')).toBeUndefined()
  expect(numberIn({ number: 0 }, 'number')).toBe(0)
})

it('parses objects alone', () => {
  expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 })
  for (const text of ['', '[1]', 'null', '"a"', '{']) expect(parseJsonObject(text)).toBeUndefined()
})
