import { describe, expect, it } from 'vitest'
import { displayWidth, splitCharacters } from './display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['hello', 5],
    ['Grüße', 5],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국어', 6],
    ['カタカナ', 8],
    ['ｶﾀｶﾅ', 4],
    ['ＡＢ。', 6],
    ['🎈', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['→ •', 3],
    ['\u200b', 0],
    ['\u001b[31mred\u001b[39m', 3],
    ['\u001b[1m日\u001b[22m', 2],
  ])('%j takes %i columns', (text, width) => expect(displayWidth(text)).toBe(width))
})

describe('splitCharacters', () => {
  it('keeps together what is one character to a reader, and what is one colour', () => {
    expect(splitCharacters('\u001b[31me\u0301👩‍👩‍👧\u001b[39m')).toEqual([
      '\u001b[31m',
      'e\u0301',
      '👩‍👩‍👧',
      '\u001b[39m',
    ])
  })
})
