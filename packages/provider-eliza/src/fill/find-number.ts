import { findNumbers, type SpokenNumber } from '../language/numbers.ts'
import { stem } from '../language/stem.ts'
import { stopWords } from '../language/words.ts'
import { fitsNumber } from './fits.ts'
import { findLabels, labelsOf, valueStart } from './labels.ts'
import { type Filling, isFree, type Reading } from './reading.ts'
import type { Field } from './schema.ts'

/** The numbers of a prompt that are free and fit the field, in order. */
export function freeNumbers(field: Field, reading: Reading): readonly Filling[] {
  return free(reading)
    .filter(({ value }) => fitsNumber(value, field.schema))
    .map((number) => made(number, reading, 0.5))
}

/** The number that stands with the field's name (`width 5`, `width of 5`), or with its unit (`5 minutes`). */
export function findNamedNumber(field: Field, fields: readonly Field[], reading: Reading): Filling | undefined {
  const numbers = free(reading).filter(({ value }) => fitsNumber(value, field.schema))
  const places = findLabels(reading, labelsOf(field, fields))
  const behind = numbers.find((number) => places.some((place) => valueStart(reading, place).index === number.from))
  const units = new Set([...field.words, ...unitWords(field)].map(stem))
  const before = numbers.find(({ to }) => {
    const next = reading.tokens.slice(to, to + 2).filter((token) => token.kind === 'word')
    return next.some((token, index) => units.has(token.stem) && (index === 0 || !stopWords.has(next[0]?.lower ?? '')))
  })
  const isUnitFirst = namesComeFirst(fields, reading)
  const number = isUnitFirst ? (behind ?? before) : (before ?? behind)
  return number && made(number, reading, 1)
}

function free(reading: Reading): readonly SpokenNumber[] {
  return findNumbers(reading.tokens).filter(({ from, to }) =>
    reading.tokens.slice(from, to).every((token) => isFree(reading, token)),
  )
}

function made({ value, from, to }: SpokenNumber, reading: Reading, evidence: number): Filling {
  return { value, shape: 'number', evidence, tokens: reading.tokens.slice(from, to) }
}

/** `5 minutes 30 seconds` or `minutes 5 seconds 30`: what comes first decides how the rest is read. */
function namesComeFirst(fields: readonly Field[], reading: Reading): boolean {
  const firstName = Math.min(
    ...fields.flatMap((one) => findLabels(reading, labelsOf(one, fields)).map(({ from }) => from)),
  )
  const firstNumber = findNumbers(reading.tokens)[0]?.from ?? Infinity
  return firstName < firstNumber
}

/** "How long, in minutes": the description says what is counted. */
function unitWords(field: Field): readonly string[] {
  return field.description
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2 && !stopWords.has(word))
}
