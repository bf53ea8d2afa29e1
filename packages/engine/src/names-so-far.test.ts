import { describe, expect, it } from 'vitest'
import { NamesSoFar } from './index.ts'

describe('names so far', () => {
  it('have all that was added, and what they grew from does not', () => {
    const stages = [NamesSoFar.none]
    for (let index = 0; index < 100; index++)
      stages.push((stages.at(-1) ?? NamesSoFar.none).with(new Set([`a${index}`, `b${index}`])))
    for (const [count, names] of stages.entries())
      for (let index = 0; index < 100; index += 7) expect(names.has(`b${index}`)).toBe(index < count)
  })

  it('are the same where nothing is added', () => {
    expect(NamesSoFar.none.with(new Set())).toBe(NamesSoFar.none)
  })

  it('grow into two directions', () => {
    const one = NamesSoFar.none.with(new Set(['a']))
    const two = one.with(new Set(['b']))
    const three = one.with(new Set(['c']))
    expect([two.has('c'), three.has('b'), two.has('a'), three.has('a')]).toEqual([false, false, true, true])
  })
})
