import { isSeparator } from '../fill/find-list.ts'
import type { Token } from '../language/tokens.ts'

/** The sentences of a prompt, each with the sign at its end. */
export function splitSentences(tokens: readonly Token[]): readonly (readonly Token[])[] {
  return split(tokens, (token) => token.kind === 'sign' && /^[.!?\n]$/.test(token.text), true)
}

/** The parts of a sentence that may each ask for something: what commas and "and" keep apart. */
export function splitFragments(sentence: readonly Token[]): readonly (readonly Token[])[] {
  const parts = split(
    sentence,
    (token) => isSeparator(token) || token.lower === 'then' || token.lower === 'also',
    false,
  )
  return parts.filter((part) => part.some((token) => token.kind !== 'sign' || /[()]/.test(token.text)))
}

function split(
  tokens: readonly Token[],
  isEnd: (token: Token) => boolean,
  keepsEnd: boolean,
): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (!isEnd(token) || keepsEnd) parts.at(-1)?.push(token)
    if (isEnd(token)) parts.push([])
  }
  return parts.filter((part) => part.length > 0)
}
