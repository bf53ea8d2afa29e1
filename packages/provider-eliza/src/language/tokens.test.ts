import { describe, expect, it } from 'vitest'
import { findNumbers } from './numbers.ts'
import { splitName, stem } from './stem.ts'
import { readTokens } from './tokens.ts'

function kinds(text: string): readonly string[] {
  return readTokens(text).map((token) => `${token.kind} ${token.text}`)
}

describe('readTokens', () => {
  it.each([
    ['Read README.md.', ['word Read', 'word README.md', 'sign .']],
    ['see https://a.example/b?c=d, ok', ['word see', 'word https://a.example/b?c=d', 'sign ,', 'word ok']],
    ['mail ann.b@x.example!', ['word mail', 'word ann.b@x.example', 'sign !']],
    ['./a/b .env ../c', ['word ./a/b', 'word .env', 'word ../c']],
    ['2026-05-01 19:30 10.0.0.1', ['word 2026-05-01', 'word 19:30', 'word 10.0.0.1']],
    ['5km, -3 or 1,000.5', ['number 5', 'word km', 'sign ,', 'number -3', 'word or', 'number 1,000.5']],
    ['5-3', ['number 5', 'sign -', 'number 3']],
    ['say "a b" and ‘c’', ['word say', 'quoted a b', 'word and', 'quoted c']],
    ["don't 'quote me'", ["word don't", 'quoted quote me']],
    ['an "open end', ['word an', 'sign "', 'word open', 'word end']],
    ['Zürich über naïve', ['word Zürich', 'word über', 'word naïve']],
    ['', []],
  ])('takes %j apart', (text, tokens) => {
    expect(kinds(text)).toEqual(tokens)
  })

  it('knows where a sentence begins', () => {
    expect(
      readTokens('Hi Ann. Go')
        .filter(({ isFirst }) => isFirst)
        .map(({ text }) => text),
    ).toEqual(['Hi', 'Go'])
  })

  it('ends with a text of nothing but openings', () => {
    expect(readTokens('"('.repeat(10_000)).length).toBeGreaterThan(0)
  })
})

describe('findNumbers', () => {
  it.each([
    ['3 of 4.5', [3, 4.5]],
    ['twenty-five and two hundred', [25, 200]],
    ['three thousand two hundred five', [3205]],
    ['this one and no one', []],
    ['a dozen', [12]],
  ])('reads %j', (text, numbers) => {
    expect(findNumbers(readTokens(text)).map(({ value }) => value)).toEqual(numbers)
  })
})

it.each([
  ['reads', 'reading'],
  ['calculator', 'calculate'],
  ['calculation', 'calculates'],
  ['cities', 'city'],
  ['running', 'run'],
  ['calling', 'call'],
  ['rainy', 'rains'],
])('%s and %s are of one stem', (one, other) => {
  expect(stem(one)).toBe(stem(other))
})

it('does not take a timer for time', () => {
  expect(stem('timer')).not.toBe(stem('time'))
})

it('splits names however they are written', () => {
  expect(['get_weather', 'getWeather', 'get-weather', 'GetWEATHER'].map((name) => splitName(name).join())).toEqual(
    Array.from({ length: 4 }, () => 'get,weather'),
  )
})
