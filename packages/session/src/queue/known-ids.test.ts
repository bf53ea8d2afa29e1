import { describe, expect, it } from 'vitest'
import { KnownIds } from './known-ids.ts'

describe('known ids', () => {
  it('are those that were added, alone and in lists, one time after the other', () => {
    const known = new KnownIds()
    known.add('a')
    known.addAll(['b'], new Set(['c']))
    known.addAll(['d'])
    known.add('e')
    expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => known.has(id))).toEqual(['a', 'b', 'c', 'd', 'e'])
    known.addAll(['f'])
    expect(known.has('f')).toBe(true)
  })

  it('are not looked at before somebody asks', () => {
    let looks = 0
    const list = {
      *[Symbol.iterator]() {
        looks++
        yield 'a'
      },
    }
    const known = new KnownIds()
    known.addAll(list)
    expect(looks).toBe(0)
    expect(known.has('a') && known.has('a')).toBe(true)
    expect(looks).toBe(1)
  })
})
