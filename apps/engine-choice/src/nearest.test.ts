import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const words = ['output', 'full', 'timeout', 'with-metadata', 'max-iterations', 'tool-choice', 'no-tools']

describe('nearest', () => {
  it.each([
    ['outptu', 'output'],
    ['timout', 'timeout'],
    ['max-iteration', 'max-iterations'],
    ['metadata', 'with-metadata'],
    ['tools', 'no-tools'],
    ['ful', 'full'],
  ])('takes %s for %s', (typed, meant) => expect(nearest(typed, words)).toBe(meant))

  it.each(['x', 'verbose', 'json', ''])('has no idea what %j could mean', (typed) => {
    expect(nearest(typed, words)).toBeUndefined()
  })
})
