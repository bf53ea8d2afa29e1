import { describe, expect, it } from 'vitest'
import { displayWidth } from './display-width.ts'
import { createLineWrap } from './line-wrap.ts'

const wrapped = (columns: number | undefined, ...texts: string[]): string => {
  const wrap = createLineWrap(() => columns)
  return texts.map((text) => wrap.push(text)).join('') + wrap.end()
}

describe('a line wrap', () => {
  it.each([
    ['one two three', 'one two\nthree'],
    ['one two\nthree four', 'one two\nthree\nfour'],
    ['one  two  three', 'one  two\nthree'],
    ['one\n\ntwo', 'one\n\ntwo'],
    ['12345678 9', '12345678\n9'],
    ['123456789 0', '123456789\n0'],
    ['1234567890123', '123456789\n0123'],
    ['a 1234567890123', 'a\n123456789\n0123'],
    ['- one two three', '- one two\n  three'],
    ['→ tool 123456789', '→ tool\n  1234567\n  89'],
    ['→ 12345678901', '→ 1234567\n  8901'],
    ['2. one two', '2. one\n   two'],
    ['  a  one two', '  a  one\n     two'],
    ['  longer  one', '  longer\n  one'],
    ['[u] one two three', '[u] one\n    two\n    three'],
    ['    one two', '    one\n    two'],
    ['日本語日本語', '日本語日\n本語'],
    ['日本語日。本', '日本語\n日。本'],
    ['ab日本cd 語', 'ab日本cd\n語'],
    ['a\tb', 'a\tb'],
    ['a\tbc', 'a\nbc'],
    ['one 🎈🎈🎈', 'one 🎈🎈\n🎈'],
    ['\u001b[2mone two three\u001b[22m', '\u001b[2mone two\nthree\u001b[22m'],
    ['\u001b[2m→ one two three\u001b[22m', '\u001b[2m→ one two\n  three\u001b[22m'],
    ['one two \nthree', 'one two\nthree'],
    ['one ', 'one '],
  ])('breaks %j between words, in ten columns', (text, lines) => {
    expect(wrapped(10, text)).toBe(lines)
    // In whatever pieces it comes: colours come whole.
    if (!text.includes('\u001b')) expect(wrapped(10, ...text)).toBe(lines)
  })

  it('writes each word as soon as it is complete', () => {
    const wrap = createLineWrap(() => 10)
    expect(['one', ' tw', 'o', ' ', 'three', '\n'].map((text) => wrap.push(text))).toEqual([
      '',
      'one',
      '',
      ' two',
      '',
      '\nthree\n',
    ])
  })

  it('writes wide characters as they come, but for the last', () => {
    const wrap = createLineWrap(() => 10)
    expect([wrap.push('日本'), wrap.push('語'), wrap.end()]).toEqual(['日', '本', '語'])
  })

  it('goes by the width at the time of writing', () => {
    let columns = 20
    const wrap = createLineWrap(() => columns)
    const first = wrap.push('one two three ')
    columns = 10
    expect([first, wrap.push('four five six ')]).toEqual(['one two three', '\nfour five\nsix'])
  })

  it('begins in the first column after an end', () => {
    const wrap = createLineWrap(() => 10)
    expect([wrap.push('- one tw'), wrap.end(), wrap.push('two three four\n')]).toEqual([
      '- one',
      ' tw',
      'two three\nfour\n',
    ])
  })

  it.each([undefined, 0])('breaks nothing where the width is %s', (columns) => {
    expect(wrapped(columns, 'word '.repeat(100))).toBe('word '.repeat(100))
  })

  it.each([1, 2, 3, 5])('ends, and loses nothing, also in %i columns', (columns) => {
    const text = '[user] - one 日本語 1234567890 → two'
    const lines = wrapped(columns, text)
    expect(lines.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
    for (const line of lines.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(2, columns))
  })
})
