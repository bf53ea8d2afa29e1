import { describe, expect, it } from 'vitest'
import { deepFreeze, findNonJson, isJsonObject } from './index.ts'
import { findJsonProblem, freezeJson, isSameJson } from './json.ts'

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
    expect(findJsonProblem({ a: [Number.NaN] }, '')).toMatchObject({ field: 'a[0]' })
    expect(findJsonProblem(Number.NaN, '')?.message).toBe('it is NaN, which JSON cannot hold')
  })
})

describe('freezing', () => {
  it('goes all the way down and returns the same object', () => {
    const data = { a: [{ b: {} }] }
    expect(deepFreeze(data)).toBe(data)
    expect([data, data.a, data.a[0], data.a[0]?.b].every(Object.isFrozen)).toBe(true)
  })

  it('ends on circles and on depth that would overflow a stack', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(Object.isFrozen(deepFreeze(circle))).toBe(true)
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(Object.isFrozen(deepFreeze(nested))).toBe(true)
  })

  it('with a check also reaches below what was frozen already', () => {
    const data = Object.freeze({ list: [1] })
    expect(freezeJson(data, 'data')).toBeUndefined()
    expect(Object.isFrozen(data.list)).toBe(true)
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
