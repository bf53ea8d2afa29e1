import type { JsonObject, JsonValue } from '@geppetto/turns'
import { type Token, textOf } from '../language/tokens.ts'
import { articles } from '../language/words.ts'
import { findChoices } from './find-choice.ts'
import { findForms } from './find-form.ts'
import { freeNumbers } from './find-number.ts'
import { fitsLength, fitsText } from './fits.ts'
import { kindOf } from './kind.ts'
import { findLabels, type Label, labelsOf, valueStart } from './labels.ts'
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
  const item: Field = { ...field, schema: items }
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

/** What follows the list's name; without it, what looks like its items. */
function findItems(item: Field, fields: readonly Field[], reading: Reading): readonly Filling[] {
  for (const tokens of namedSpans(item, fields, reading)) {
    const named = itemsIn({ ...reading, tokens }, item, true)
    if (named.length > 0) return named.map((one) => ({ ...one, evidence: Math.max(1, one.evidence) }))
  }
  return itemsIn(reading, item, false)
}

/** What may be anything is an item only behind the list's name, or where there must be one. */
function itemsIn(reading: Reading, item: Field, isNamed: boolean): readonly Filling[] {
  const choices = enumOf(item.schema)
  if (choices !== undefined) return findChoices(choices, reading)
  switch (typeOf(item.schema)) {
    case 'number':
    case 'integer':
      return isNamed || item.isRequired ? freeNumbers(item, reading) : []
    case 'string':
    case 'any': {
      const formed = findForms(item, kindOf(item), reading)
      if (formed.length > 0) return formed
      if (isNamed) return splitItems(reading, reading.tokens, item)
      return item.isRequired ? findTexts(item, reading) : []
    }
    default:
      // Lists of flags, lists or objects are not spoken of in a sentence.
      return []
  }
}

function findTexts(item: Field, reading: Reading): readonly Filling[] {
  const phrases = findPhrases(reading)
  for (const shape of ['quoted', 'proper'] as const) {
    const found = phrases.filter((phrase) => phrase.shape === shape)
    if (found.length > 0) return found.map(({ tokens }) => made(tokens, reading, shape))
  }
  return splitItems(reading, findRest(reading, false)?.tokens ?? [], item)
}

/** What stands behind the list's name, up to what ends a list. */
function namedSpans(item: Field, fields: readonly Field[], reading: Reading): readonly (readonly Token[])[] {
  const { tokens } = reading
  const others = fields.filter(({ name }) => name !== item.name)
  const ends = new Set(others.flatMap((one) => findLabels(reading, labelsOf(one, fields)).map(({ from }) => from)))
  return findLabels(reading, listLabels(item, fields)).map((place) => {
    const from = valueStart(reading, place).index
    const isEnd = (token: Token, index: number) =>
      index >= from && (ends.has(index) || !isFree(reading, token) || listEnd.test(token.lower))
    const end = tokens.findIndex(isEnd)
    return tokens.slice(from, end < 0 ? tokens.length : end)
  })
}

const listEnd = /^([.!?;\n]|to|for|in|with|from|on|at|by)$/

/** Whether a token stands between the items of a list. */
export function isSeparator(token: Token): boolean {
  return token.text === ',' || token.text === ';' || token.text === '&' || token.lower === 'and' || token.lower === 'or'
}

function splitItems(reading: Reading, tokens: readonly Token[], item: Field): readonly Filling[] {
  return split(tokens)
    .map((part) => made(part, reading, 'common'))
    .filter(({ value }) => fitsText(String(value), item.schema))
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
function listLabels(field: Field, fields: readonly Field[]): readonly Label[] {
  return [...labelsOf(field, fields), ...labelsOf({ ...field, words: field.words.map(singular) }, fields)]
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}

/** The values of a filled list; empty for anything else. */
export function listValues(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : []
}
