import { isSeparator } from '../fill/find-list.ts'
import type { Token } from '../language/tokens.ts'

/** So many parts of a sentence are looked at one by one; what comes after them belongs to the last. */
const maxFragments = 32

/** The sentences of a prompt, each with the sign at its end. */
export function splitSentences(tokens: readonly Token[]): readonly (readonly Token[])[] {
  return split(tokens, (token) => token.kind === 'sign' && /^[.!?\n]$/.test(token.text), true)
}

/** The parts of a sentence that may each ask for something: what commas and "and" keep apart. */
export function splitFragments(sentence: readonly Token[]): readonly (readonly Token[])[] {
  const isEnd = (token: Token, index: number) =>
    (isSeparator(token) && !isInDate(sentence, index)) || token.lower === 'then' || token.lower === 'also'
  const parts = split(sentence, isEnd, false, maxFragments)
  return parts.filter((part) => part.some((token) => token.kind !== 'sign' || /[()]/.test(token.text)))
}

/** "May 1, 2026" is one thing. */
function isInDate(tokens: readonly Token[], index: number): boolean {
  const isYear = /^\d{4}$/.test(tokens[index + 1]?.text ?? '')
  return isYear && tokens[index - 1]?.kind === 'number' && tokens[index - 2]?.kind === 'word'
}

function split(
  tokens: readonly Token[],
  isEnd: (token: Token, index: number) => boolean,
  keepsEnd: boolean,
  maxParts = Infinity,
): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const [index, token] of tokens.entries()) {
    const ends = parts.length < maxParts && isEnd(token, index)
    if (!ends || keepsEnd) parts.at(-1)?.push(token)
    if (ends) parts.push([])
  }
  return parts.filter((part) => part.length > 0)
}
