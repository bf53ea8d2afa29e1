import type { JsonValue } from '@geppetto/turns'
import { splitName, stem } from '../language/stem.ts'
import type { Token } from '../language/tokens.ts'
import { stopWords, synonymsOf } from '../language/words.ts'
import { type Filling, isFree, type Reading } from './reading.ts'

/** The values of a list that a prompt mentions, in its order; longer ones hide the shorter ones in them. */
export function findChoices(values: readonly JsonValue[], reading: Reading): readonly Filling[] {
  const found = values
    .flatMap((value) =>
      mentionsOf(value, reading).map((tokens): Filling => ({ value, shape: 'choice', evidence: 1, tokens })),
    )
    .sort((one, other) => other.tokens.length - one.tokens.length)
  const used = new Set<number>()
  const kept = found.filter(({ tokens }) => {
    if (tokens.some(({ start }) => used.has(start))) return false
    for (const { start } of tokens) used.add(start)
    return true
  })
  return kept.sort((one, other) => (one.tokens[0]?.start ?? 0) - (other.tokens[0]?.start ?? 0))
}

function mentionsOf(value: JsonValue, reading: Reading): readonly (readonly Token[])[] {
  const tokens = reading.tokens
  if (typeof value === 'number')
    return tokens.filter((token) => token.value === value && isFree(reading, token)).map((token) => [token])
  if (typeof value !== 'string' || value === '') return []
  const whole = tokens.filter((token) => isFree(reading, token) && isWhole(token, value)).map((token) => [token])
  if (whole.length > 0) return whole
  const words = splitName(value).map(stem)
  if (words.length === 0) return []
  const inRow = tokens.flatMap((_, from) => {
    const row = tokens.slice(from, from + words.length)
    const isMention =
      row.length === words.length && row.every((token, index) => isFree(reading, token) && token.stem === words[index])
    return isMention && !(row.length === 1 && (value.length < 2 || stopWords.has(row[0]?.lower ?? ''))) ? [row] : []
  })
  if (inRow.length > 0 || words.length > 1) return inRow
  const synonyms = new Set(synonymsOf(value.toLowerCase()).map((word) => stem(word)))
  return tokens.filter((token) => isFree(reading, token) && synonyms.has(token.stem)).map((token) => [token])
}

/** A letter alone, or a word that every sentence has, is only meant when it is written just so. */
function isWhole(token: Token, value: string): boolean {
  if (value.length < 2) return token.text === value && !/^(I|a|A)$/.test(value)
  return token.lower === value.toLowerCase() && (!stopWords.has(token.lower) || token.kind === 'quoted')
}
