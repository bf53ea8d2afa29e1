import type { Token } from '../language/tokens.ts'
import { articles, prepositions, requestVerbs, stopWords } from '../language/words.ts'
import { isNameLike } from './labels.ts'
import { isFree, type Reading } from './reading.ts'

/** Something in a prompt that may be a value, and the preposition before it. */
export interface Phrase {
  readonly tokens: readonly Token[]
  readonly shape: 'quoted' | 'proper' | 'common' | 'number'
  readonly preposition: string | undefined
}

/** Small words inside of names: Rio de Janeiro, Isle of Man. */
const insideNames = /^(de|da|do|del|of|la|le|von|van|der|den|and the|upon)$/

/** The quotations, names, and words behind a preposition that are not a value yet, in order. */
export function findPhrases(reading: Reading): readonly Phrase[] {
  const phrases: Phrase[] = []
  let index = 0
  while (index < reading.tokens.length) {
    const phrase = phraseAt(reading, index)
    if (phrase !== undefined) phrases.push(phrase)
    index += Math.max(1, phrase?.tokens.length ?? 1)
  }
  return phrases
}

function phraseAt(reading: Reading, index: number): Phrase | undefined {
  const { tokens } = reading
  const first = tokens[index]
  if (!isFree(reading, first) || first.kind === 'sign') return undefined
  const preposition = prepositionBefore(tokens, index)
  if (first.kind !== 'word') return { tokens: [first], shape: first.kind, preposition }
  if (isName(reading, first) || isLargeAtStart(reading, first))
    return { tokens: nameFrom(reading, index), shape: 'proper', preposition }
  if (preposition === undefined || !isPlain(reading, first)) return undefined
  const found = [first]
  for (const token of tokens.slice(index + 1, index + 4)) {
    if (!isPlain(reading, token) || isNameLike(token)) break
    found.push(token)
  }
  const isOnlyNames = found.every((token) => reading.names.has(token.stem))
  return isOnlyNames ? undefined : { tokens: found, shape: 'common', preposition }
}

function prepositionBefore(tokens: readonly Token[], index: number): string | undefined {
  const previous = tokens[index - 1]
  const word = articles.has(previous?.lower ?? '') ? tokens[index - 2]?.lower : previous?.lower
  return word !== undefined && prepositions.has(word) ? word : undefined
}

function isName(reading: Reading, token: Token): boolean {
  return isNameLike(token) && !reading.names.has(token.stem)
}

/** A sentence's first word is written large anyway: a name only if nothing else explains it. */
function isLargeAtStart(reading: Reading, token: Token): boolean {
  if (!token.isFirst || !/^\p{Lu}/u.test(token.text) || reading.tokens.length > 4) return false
  return !stopWords.has(token.lower) && !requestVerbs.has(token.lower) && !reading.names.has(token.stem)
}

function nameFrom(reading: Reading, index: number): readonly Token[] {
  const { tokens } = reading
  const found = tokens.slice(index, index + 1)
  for (let next = index + 1; next < tokens.length; next++) {
    const token = tokens[next]
    const following = tokens[next + 1]
    if (!isFree(reading, token)) break
    if (isName(reading, token)) found.push(token)
    else if (insideNames.test(token.lower) && isFree(reading, following) && isName(reading, following)) {
      found.push(token, following)
      next++
    } else break
  }
  return found
}

function isPlain(reading: Reading, token: Token): boolean {
  return (
    isFree(reading, token) && token.kind === 'word' && !stopWords.has(token.lower) && !prepositions.has(token.lower)
  )
}
