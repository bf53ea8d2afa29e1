import { describe, expect, it } from 'vitest'
import { limitText, splitArguments, splitWords } from './limits.ts'

describe('limitText', () => {
  it.each([
    [{}, 'one two  three', 'end_turn'],
    [{ maxOutputTokens: 3 }, 'one two  three', 'end_turn'],
    [{ maxOutputTokens: 2 }, 'one two  ', 'max_tokens'],
    [{ stopSequences: ['two'] }, 'one ', 'stop_sequence'],
    [{ stopSequences: ['three', 'wo'] }, 'one t', 'stop_sequence'],
    [{ stopSequences: ['four', ''] }, 'one two  three', 'end_turn'],
    [{ stopSequences: ['three'], maxOutputTokens: 1 }, 'one ', 'max_tokens'],
    [{ stopSequences: ['one'] }, '', 'stop_sequence'],
  ] as const)('with %j says %j and stops with %s', (config, text, stop) => {
    const limited = limitText('one two  three', config)
    expect({ text: limited.words.join(''), stop: limited.stop }).toEqual({ text, stop })
  })

  it.each([0, -1, Number.NaN])('cannot say %d tokens', (maxOutputTokens) => {
    expect(() => limitText('a', { maxOutputTokens })).toThrow(/maxOutputTokens must be at least 1/)
  })
})

it.each(['', ' ', 'a', ' a\n\nb ', 'ä\u00a0b'])('loses nothing of %j between words', (text) => {
  expect(splitWords(text).join('')).toBe(text)
})

it.each(['{}', '{"a":1}', `{"text":"${'😀'.repeat(40)}"}`])(
  'streams the arguments %j in several pieces, no character cut',
  (json) => {
    const pieces = splitArguments(json)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(json)
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true)
  },
)
