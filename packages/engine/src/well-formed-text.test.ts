import { expect, it } from 'vitest'
import { createWellFormedText } from './index.ts'

const said = (...pieces: string[]): string[] => {
  const text = createWellFormedText()
  return [...pieces.map((piece) => text.push(piece)), text.end()]
}

it('joins a character whose halves come in two pieces', () => {
  expect(said('a\ud83d', '\ude00b', '')).toEqual(['a', '\u{1f600}b', '', ''])
})

it('says a half that never finds its other one as U+FFFD', () => {
  expect(said('a\ud83d', 'b')).toEqual(['a', '\ufffdb', ''])
  expect(said('\ude00')).toEqual(['\ufffd', ''])
  expect(said('a\ud83d')).toEqual(['a', '\ufffd'])
})

it('says what is left at the end once', () => {
  const text = createWellFormedText()
  text.push('\ud83d')
  expect([text.end(), text.end()]).toEqual(['\ufffd', ''])
})
