import { describe, expect, it } from 'vitest'
import { findNonJson, frozenJson, parseJson } from './index.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('parseJson', () => {
  it('gives data that nobody can change, and that is taken as it is from there on, with all its parts', () => {
    const parsed = parseJson('{"list":[1,{"deep":null}],"__proto__":{"own":true}}')
    const { list, ...others } = Object(parsed)
    expect([Object.isFrozen(parsed), Object.isFrozen(list), Object.isFrozen(list[1])]).toEqual([true, true, true])
    expect(frozenJson(parsed, 'it')).toBe(parsed)
    expect(frozenJson(list[1], 'it')).toBe(list[1])
    expect(Object.hasOwn(others, '__proto__')).toBe(true)
  })

  it('leaves what no honest data has to the door, which names it', () => {
    expect(findNonJson(parseJson('{"a":[1e999]}'), 'it')).toBe('it.a[0] is Infinity, which JSON cannot hold')
    expect(findNonJson(parseJson(nested(501)), 'it')).toBeUndefined()
    expect(findNonJson(parseJson(nested(502)), 'it')).toContain('nested more than 500 levels deep')
    expect(Object.is(frozenJson(parseJson('[-0]'), 'it'), -0)).toBe(false)
    expect(JSON.stringify(frozenJson(parseJson('[-0]'), 'it'))).toBe('[0]')
    expect(() => parseJson('{')).toThrow(SyntaxError)
  })
})

describe('frozenJson', () => {
  it('copies what another made, also a copy or a proxy of what was made here', () => {
    const own = frozenJson({ list: [1] }, 'it')
    expect(frozenJson(own, 'it')).toBe(own)
    for (const foreign of [{ ...own }, structuredClone(own), Object.freeze({ list: own.list }), new Proxy(own, {})]) {
      const copy = frozenJson(foreign, 'it')
      expect(copy).toEqual(own)
      expect(copy).not.toBe(foreign)
    }
  })

  it('shares the parts that were made here with what they are put into, and counts their levels', () => {
    const deep = frozenJson(JSON.parse(nested(400)), 'it')
    const wrapped = frozenJson({ deep }, 'it')
    expect(wrapped.deep).toBe(deep)
    expect(findNonJson(JSON.parse(nested(100).replace('[]', '[0]')), 'it')).toBeUndefined()
    let value: unknown = wrapped
    for (let level = 0; level < 101; level++) value = [value]
    expect(findNonJson(value, 'it')).toContain('nested more than 500 levels deep')
  })
})
