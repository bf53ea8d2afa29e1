import { describe, expect, it } from 'vitest'
import { adoptFields, findNonJson, frozenJson, isJsonObject } from './index.ts'
import { isSameJson } from './json.ts'
import { ownJson } from './own-json.ts'

describe('findNonJson', () => {
  it('finds nothing in what JSON can hold; an undefined field counts as absent', () => {
    const data = { a: [1, 'x', null, true, { b: undefined }], c: Object.create(null) }
    expect(findNonJson(data, 'data')).toBeUndefined()
  })

  const circle: unknown[] = []
  circle.push({ circle })
  class Point {}
  it.each<[string, unknown, string]>([
    ['NaN', { a: [0, Number.NaN] }, 'data.a[1] is NaN, which JSON cannot hold'],
    ['Infinity', Number.POSITIVE_INFINITY, 'data is Infinity, which JSON cannot hold'],
    ['a function', { f: () => 1 }, 'data.f is a function, which JSON cannot hold'],
    ['a symbol', [Symbol('s')], 'data[0] is a symbol, which JSON cannot hold'],
    ['a bigint', { n: 1n }, 'data.n is a bigint, which JSON cannot hold'],
    ['undefined in a list', [1, undefined], 'data[1] is undefined'],
    ['a hole in a list', Object.assign([1], { 2: 3 }), 'data[1] is undefined'],
    ['a date', { at: new Date(0) }, 'data.at is an instance of Date, not plain data'],
    ['a map', new Map(), 'data is an instance of Map, not plain data'],
    ['an instance', { p: new Point() }, 'data.p is an instance of Point, not plain data'],
  ])('finds %s', (_, value, message) => {
    expect(findNonJson(value, 'data')).toBe(message)
  })

  it('finds a circle and endless nesting; the path is its first step', () => {
    expect(findNonJson(circle, 'data')).toBe('data[0] is nested more than 500 levels deep, or in a circle')
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(findNonJson(nested, 'data')).toMatch(/more than 500 levels deep/)
  })

  it('gives paths that start with a field when the value has no name', () => {
    expect(ownJson({ a: [Number.NaN] }, '').problem).toMatchObject({ field: 'a[0]' })
    expect(ownJson(Number.NaN, '').problem?.message).toBe('it is NaN, which JSON cannot hold')
  })
})

describe('adoptFields', () => {
  it('makes an object ours where it stands, when all its parts are', () => {
    const fields = { text: 'x', none: null, part: frozenJson({ a: [1] }, 'part') }
    const own = adoptFields(fields, 'it')
    expect(own).toBe(fields)
    expect(Object.isFrozen(own)).toBe(true)
    expect(frozenJson(own, 'it')).toBe(own)
  })

  it.each<[string, object]>([
    ['a part that is not ours', { part: Object.freeze({ a: 1 }) }],
    ['a field that is absent', { a: 1, left: undefined }],
    ['a number that no JSON text has', { a: -0 }],
  ])('copies it with %s, as the door does', (_, fields) => {
    const own = adoptFields(fields, 'it')
    expect(own).not.toBe(fields)
    expect(own).toStrictEqual(frozenJson(fields, 'it'))
  })

  it('refuses what JSON cannot hold, and what gets too deep by what is ours', () => {
    expect(() => adoptFields({ at: new Date(0) }, 'it')).toThrow('it.at is an instance of Date')
    let deep: object = adoptFields({}, 'it')
    for (let level = 0; level < 500; level++) deep = adoptFields({ deep }, 'it')
    expect(() => adoptFields({ deep }, 'it')).toThrow('more than 500 levels deep')
  })
})

describe('frozenJson', () => {
  it('is a copy that is frozen all the way down, whatever was frozen before', () => {
    const inner = [{ b: {} }]
    const data = Object.freeze({ a: inner, left: undefined })
    const own = frozenJson(data, 'data')
    expect([own, own.a, own.a[0], own.a[0]?.b].every(Object.isFrozen)).toBe(true)
    expect(own).toStrictEqual({ a: [{ b: {} }] })
    expect(Object.isFrozen(inner)).toBe(false)
  })

  it('is the value itself where it was made here, also within another', () => {
    const own = frozenJson({ a: [1] }, 'data')
    expect(frozenJson(own, 'data')).toBe(own)
    expect(frozenJson({ own }, 'data').own).toBe(own)
  })

  it('does not get deeper than JSON may by taking in what was made here', () => {
    let deep: unknown = frozenJson([], 'data')
    for (let level = 0; level < 500; level++) deep = frozenJson([deep], 'data')
    expect(findNonJson(deep, 'data')).toBeUndefined()
    expect(() => frozenJson([deep], 'data')).toThrow('more than 500 levels deep')
    expect(findNonJson(JSON.parse(JSON.stringify(deep)), 'data')).toBeUndefined()
  })

  it('keeps a field called __proto__ as a field, and gives what had no prototype the usual one', () => {
    const own = frozenJson(JSON.parse('{"__proto__":{"a":1}}'), 'data')
    expect(JSON.stringify(own)).toBe('{"__proto__":{"a":1}}')
    expect(Object.getPrototypeOf(own)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(frozenJson(Object.create(null), 'data'))).toBe(Object.prototype)
  })

  it.each<[string, unknown, string]>([
    [
      'a getter',
      {
        a: {
          get b() {
            return 1
          },
        },
      },
      'data.a.b is a getter or setter, not plain data',
    ],
    ['a setter', { set b(_: unknown) {} }, 'data.b is a getter or setter, not plain data'],
    [
      'a getter in a list',
      Object.defineProperty([1], 0, { get: () => 1 }),
      'data[0] is a getter or setter, not plain data',
    ],
    [
      'a hidden field',
      Object.defineProperty({}, 'b', { value: 1 }),
      'data.b is hidden (not enumerable), not plain data',
    ],
    ['bytes', Object.freeze({ b: new Uint8Array(3) }), 'data.b is an instance of Uint8Array, not plain data'],
    [
      'what throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('boo')
          },
        },
      ),
      'data cannot be read: boo',
    ],
  ])('refuses %s, without running it', (_, value, message) => {
    expect(() => frozenJson(value, 'data')).toThrow(expect.objectContaining({ code: 'invalid_value', message }))
    expect(findNonJson(value, 'data')).toBe(message)
  })
})

it('isJsonObject takes objects, not null and not lists', () => {
  expect([{}, Object.create(null), null, [], 'x', undefined].map(isJsonObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

it('isSameJson compares data, whatever the order of its fields; undefined is absent', () => {
  expect(isSameJson({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }], d: undefined })).toBe(true)
  expect(isSameJson([0], [-0]), 'JSON text has no -0').toBe(true)
  for (const other of [{ a: 1 }, { a: [2] }, { a: { 0: 1 } }, { a: [1, 1] }, null, 'a', [1]])
    expect(isSameJson({ a: [1] }, other), JSON.stringify(other)).toBe(false)
})

it.each(['__proto__', 'toString', 'constructor'])('isSameJson takes a field named %s for a field', (name) => {
  const named: unknown = JSON.parse(`{"${name}":{}}`)
  expect(isSameJson(named, {})).toBe(false)
  expect(isSameJson({}, named)).toBe(false)
  expect(isSameJson(named, JSON.parse(`{"${name}":{}}`))).toBe(true)
})
