import { describe, expect, it } from 'vitest'
import { differencesOf, requestDifferences } from './describe-difference.ts'

describe('differences', () => {
  it('are none where data means the same', () => {
    expect(differencesOf({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, 'body')).toEqual([])
  })

  it.each([
    [1, '1', ['body: expected 1, got "1"']],
    [null, {}, ['body: expected null, got {}']],
    [[], {}, ['body: expected [], got {}']],
    [{ a: [1, 2] }, { a: [1] }, ['body.a[1]: expected 2, is missing']],
    [{}, { a: false }, ['body.a: not expected, got false']],
  ])('of %j and %j are named by their place', (expected, actual, lines) => {
    expect(differencesOf(expected, actual, 'body')).toEqual(lines)
  })

  it('of long texts are shown where they part', () => {
    const [line] = differencesOf(`${'a'.repeat(500)}XYZ`, `${'a'.repeat(500)}UVW`, 'body')
    expect(line).toBe(`body: expected …"${'a'.repeat(15)}XYZ", got …"${'a'.repeat(15)}UVW"`)
  })

  it('are not more than a reader takes in', () => {
    const body = Array.from({ length: 100 }, (_, index) => index)
    const lines = requestDifferences({ body }, { body: [] })
    expect(lines).toHaveLength(13)
    expect(lines.at(-1)).toBe('… and 88 more')
  })

  it('of what is not expected at all do not count', () => {
    expect(requestDifferences({ path: '/a' }, { method: 'POST', path: '/a', body: 1 })).toEqual([])
  })
})
