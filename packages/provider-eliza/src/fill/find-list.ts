import type { JsonObject, JsonValue } from '@geppetto/turns'
import { type Token, textOf } from '../language/tokens.ts'
import { articles } from '../language/words.ts'
import { findChoices } from './find-choice.ts'
import { findForms } from './find-form.ts'
import { freeNumbers } from './find-number.ts'
import { fitsLength, fitsText } from './fits.ts'
import { kindOf } from './kind.ts'
import { findLabels, labelsOf, valueStart } from './labels.ts'
import { findPhrases } from './phrases.ts'
import { type Filling, isFree, type Reading } from './reading.ts'
import { findRest } from './rest.ts'
import { enumOf, type Field, isList, numberIn, resolveSchema, typeOf } from './schema.ts'

/** The values of a list that a prompt names: `a, b and c`. What may be anything is taken only for a required list, or with its name. */
export function findList(
  field: Field,
  fields: readonly Field[],
  reading: Reading,
  root: JsonObject,
): Filling | undefined {
  const items = resolveSchema(field.schema['items'], root)
  const item: Field = { ...field, schema: items, words: [...field.words, ...field.words.map(singular)] }
  const found = findItems(item, fields, reading).slice(0, numberIn(field.schema, 'maxItems') ?? Infinity)
  const values =
    field.schema['uniqueItems'] === true
      ? [...new Set(found.map(({ value }) => value))]
      : found.map(({ value }) => value)
  if (values.length === 0 || !fitsLength(values.length, field.schema)) return undefined
  const tokens = found.flatMap((one) => one.tokens)
  const evidence = Math.max(...found.map((one) => one.evidence))
  return { value: values, shape: 'list', evidence, tokens }
}

function findItems(item: Field, fields: readonly Field[], reading: Reading): readonly Filling[] {
  const choices = enumOf(item.schema)
  if (choices !== undefined) return findChoices(choices, reading)
  switch (typeOf(item.schema)) {
    case 'number':
    case 'integer':
      return item.isRequired || findLabels(reading, labelsOf(item, fields)).length > 0 ? freeNumbers(item, reading) : []
    case 'string':
    case 'any':
      return findTexts(item, fields, reading)
    default:
      // Lists of flags, lists or objects are not spoken of in a sentence.
      return []
  }
}

function findTexts(item: Field, fields: readonly Field[], reading: Reading): readonly Filling[] {
  const kind = kindOf(item)
  const formed = findForms(item, kind, reading)
  if (formed.length > 0) return formed
  const named = findNamedTexts(item, fields, reading)
  if (named.length > 0 || !item.isRequired) return named
  const phrases = findPhrases(reading)
  for (const shape of ['quoted', 'proper'] as const) {
    const found = phrases.filter((phrase) => phrase.shape === shape)
    if (found.length > 0) return found.map(({ tokens }) => made(tokens, reading, shape))
  }
  return split(findRest(reading, false)?.tokens ?? []).map((tokens) => made(tokens, reading, 'common'))
}

/** What follows the list's name, up to what ends a list. */
function findNamedTexts(item: Field, fields: readonly Field[], reading: Reading): readonly Filling[] {
  const others = fields
    .filter(({ name }) => name !== item.name)
    .flatMap((one) => findLabels(reading, labelsOf(one, fields)))
  const ends = new Set(others.map(({ from }) => from))
  for (const place of findLabels(reading, labelsOf(item, fields))) {
    const from = valueStart(reading, place).index
    const end = reading.tokens.findIndex(
      (token, index) =>
        index >= from &&
        (ends.has(index) ||
          !isFree(reading, token) ||
          /^[.!?;\n]$/.test(token.text) ||
          /^(to|for|in|with|from|on|at|by)$/.test(token.lower)),
    )
    const parts = split(reading.tokens.slice(from, end < 0 ? reading.tokens.length : end))
    const found = parts
      .map((tokens) => made(tokens, reading, 'common'))
      .filter(({ value }) => fitsText(String(value), item.schema))
    if (found.length > 0) return found.map((one) => ({ ...one, evidence: 1 }))
  }
  return []
}

/** Whether a token stands between the items of a list. */
export function isSeparator(token: Token): boolean {
  return token.text === ',' || token.text === ';' || token.text === '&' || token.lower === 'and' || token.lower === 'or'
}

function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (isSeparator(token)) parts.push([])
    else if (token.kind !== 'sign' && !(articles.has(token.lower) && parts.at(-1)?.length === 0))
      parts.at(-1)?.push(token)
  }
  return parts.filter((part) => part.length > 0)
}

function made(tokens: readonly Token[], reading: Reading, shape: Filling['shape']): Filling {
  const value: JsonValue = textOf(reading.text, tokens)
  return { value, shape, evidence: shape === 'common' ? 0 : 1, tokens }
}

/** `cities` are each a city: the name of the list names its items. */
function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}

/** The values of a filled list; empty for anything else. */
export function listValues(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : []
}
