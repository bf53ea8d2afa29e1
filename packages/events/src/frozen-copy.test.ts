import { describe, expect, it } from 'vitest'
import { frozenCopy } from './frozen-copy.ts'

describe('a frozen copy', () => {
  it('is frozen all the way down, and leaves the original as it was', () => {
    const original = { list: [{ name: 'one' }], nothing: null }
    const copy = frozenCopy(original)
    expect(copy).toEqual(original)
    expect([copy, copy.list, copy.list[0]].every(Object.isFrozen)).toBe(true)
    expect([original, original.list, original.list[0]].some(Object.isFrozen)).toBe(false)
  })

  it('takes what is frozen all the way down, and what is no plain data, as it is', () => {
    const part = Object.freeze({ name: 'one' })
    const bytes = new Uint8Array(2)
    const copy = frozenCopy({ part, bytes })
    expect(copy.part).toBe(part)
    expect(copy.bytes).toBe(bytes)
  })

  it('copies what is frozen on its surface alone', () => {
    const inner = { n: 1 }
    const part = Object.freeze({ list: Object.freeze([inner]) })
    const copy = frozenCopy({ part })
    expect(copy).toEqual({ part })
    expect([copy.part, copy.part.list, copy.part.list[0]].every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(inner)).toBe(false)
    const round: { self?: unknown } = {}
    round.self = round
    Object.freeze(round)
    expect(frozenCopy(round)).toBe(round)
  })

  it('has room for circles, for a great depth and for a field called __proto__', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    const copy = frozenCopy(circle)
    expect(copy.self).toBe(copy)
    let deep: unknown = 'end'
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    expect(() => frozenCopy(deep)).not.toThrow()
    const odd: unknown = JSON.parse('{"__proto__":{"a":1}}')
    expect(JSON.stringify(frozenCopy(odd))).toBe('{"__proto__":{"a":1}}')
  })
})
