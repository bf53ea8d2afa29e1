import { describe, expect, it } from 'vitest'
import { findExpressions } from './expression.ts'

function texts(text: string): readonly string[] {
  return findExpressions(text).map((found) => found.text)
}

describe('findExpressions', () => {
  it.each([
    ['What is (3+4)*12 / 7?', '(3+4)*12 / 7'],
    ['-3 + 4', '-3 + 4'],
    ['5-3', '5-3'],
    ['2 ** 10 = ?', '2 ** 10'],
    ['1,000 * 3.5', '1000 * 3.5'],
    ['20% of 50', '20 / 100 * 50'],
    ['ten times? No: 10 times 3', '10 * 3'],
    ['2 to the power of 8', '2 ^ 8'],
    ['5 squared plus 1', '5 ^ 2 + 1'],
    ['the square root of 16 plus 2', 'sqrt(16) + 2'],
    ['sqrt(16) + 2', 'sqrt(16) + 2'],
    ['6 x 7', '6 * 7'],
    ['(1 + 2', '1 + 2'],
    ['1 + 2)', '1 + 2'],
    ['3 + 4 +', '3 + 4'],
  ])('finds in %j %j', (text, expression) => {
    expect(texts(text)).toEqual([expression])
  })

  it('finds several', () => {
    expect(texts('2+2, and 3*3?')).toEqual(['2+2', '3*3'])
  })

  it.each(['', '42', '-42', 'on 2024-05-01', 'a - b', 'well-known', 'C++', 'v1.2-3', '* 3'])(
    'finds none in %j',
    (text) => {
      expect(texts(text)).toEqual([])
    },
  )
})
