import { stem } from '../language/stem.ts'
import type { Token } from '../language/tokens.ts'
import { articles, prepositions, stopWords } from '../language/words.ts'
import { isFree, type Reading } from './reading.ts'
import type { Field } from './schema.ts'

/** The words by which a prompt may name a field: stems in a row. */
export type Label = readonly string[]

/** Where a label stands: tokens from, and up to but without, an index. */
export interface LabelPlace {
  readonly from: number
  readonly to: number
}

/** What stands between a field's name and its value. */
const connectors: ReadonlySet<string> = new Set([
  'is',
  '=',
  ':',
  'of',
  'to',
  'as',
  'be',
  'equals',
  'equal',
  'set',
  'should',
  'at',
  'are',
  'with',
  'being',
])
/** Those after which even a plain word is a value. */
const plainConnectors: ReadonlySet<string> = new Set(['is', '=', ':', 'as', 'equals', 'to', 'be'])

/** How a prompt may name each field: by all words of its name, or by one that no other field has. */
export function labelsOf(field: Field, fields: readonly Field[]): readonly Label[] {
  const stems = field.words.map(stem)
  const shared = fields.filter((other) => other !== field).flatMap((other) => other.words.map(stem))
  const single = [stems.at(-1), stems[0]].filter(
    (one, index) =>
      one !== undefined &&
      stems.length > 1 &&
      one.length > 2 &&
      !shared.includes(one) &&
      !stopWords.has(field.words.at(index === 0 ? -1 : 0) ?? ''),
  )
  return [stems, ...single.map((one) => [one ?? ''])]
}

/** Where the labels stand, the longest first. */
export function findLabels(reading: Reading, labels: readonly Label[]): readonly LabelPlace[] {
  return labels.flatMap((label) =>
    reading.tokens.flatMap((_, from) => {
      const to = labelEnd(reading.tokens, from, label)
      return to === undefined ? [] : [{ from, to }]
    }),
  )
}

/** A name's words may stand in one token: `unitPrice`, `unit_price`, `unit-price`. */
function labelEnd(tokens: readonly Token[], from: number, label: Label): number | undefined {
  const first = tokens[from]
  if (first === undefined || first.kind !== 'word') return undefined
  if (label.every((one, index) => tokens[from + index]?.kind === 'word' && tokens[from + index]?.stem === one))
    return from + label.length
  if (label.length === 1) return undefined
  const parts = first.text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').split(/[\s_-]+/)
  return parts.length === label.length && parts.every((part, index) => stem(part) === label[index])
    ? from + 1
    : undefined
}

/** Where a value begins that is said right behind a label, and whether it is said to be one. */
export function valueStart(reading: Reading, place: LabelPlace): { readonly index: number; readonly isSaid: boolean } {
  let index = place.to
  let isSaid = false
  while (index < place.to + 3) {
    const lower = reading.tokens[index]?.lower ?? ''
    if (!connectors.has(lower)) break
    isSaid = isSaid || plainConnectors.has(lower)
    index++
  }
  return { index, isSaid }
}

/**
 * The tokens of a value that begins at `index`: a quotation, a name, or plain words up to the next label, preposition or sign.
 * Empty when no value stands there.
 */
export function valueTokens(reading: Reading, index: number, isEnd: (index: number) => boolean): readonly Token[] {
  const { tokens, names } = reading
  const first = tokens[index]
  if (!isFree(reading, first) || first.kind === 'sign') return []
  if (first.kind !== 'word') return [first]
  const isLarge = isNameLike(first)
  if (!isLarge && (names.has(first.stem) || articles.has(first.lower) || stopWords.has(first.lower))) return []
  const found = [first]
  for (let next = index + 1; next < tokens.length && found.length < 4; next++) {
    const token = tokens[next]
    if (!isFree(reading, token) || token.kind !== 'word' || isEnd(next)) break
    if (isLarge ? !isNameLike(token) : stopWords.has(token.lower) || prepositions.has(token.lower) || isNameLike(token))
      break
    found.push(token)
  }
  return found
}

/** Whether a word looks like a name: written large, or with signs or digits in it. */
export function isNameLike(token: Token): boolean {
  if (token.kind !== 'word') return false
  if (/^\p{Lu}\p{Lu}/u.test(token.text) || /\p{Ll}\p{Lu}/u.test(token.text)) return true
  if (/[\d_@/\\]/.test(token.text) || /\p{L}\.\p{L}/u.test(token.text)) return true
  return !token.isFirst && /^\p{Lu}/u.test(token.text) && !stopWords.has(token.lower)
}
