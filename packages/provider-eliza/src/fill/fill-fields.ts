import type { JsonObject, JsonValue } from '@geppetto/turns'
import { assignTexts } from './assign.ts'
import { findChoices } from './find-choice.ts'
import { findFlag } from './find-flag.ts'
import { isStrict } from './find-form.ts'
import { findList } from './find-list.ts'
import { findNamedNumber, freeNumbers } from './find-number.ts'
import { findSpokenText } from './find-text.ts'
import { fitsText } from './fits.ts'
import { kindOf } from './kind.ts'
import { type Filling, type Reading, take } from './reading.ts'
import { findRest } from './rest.ts'
import { enumOf, type Field, fieldsOf, maxDepth, typeOf } from './schema.ts'

/** What was found for the fields of an object, by their names. */
export type Fillings = ReadonlyMap<string, Filling>

/**
 * Looks in a prompt for the values of a schema's fields. First what is said plainly for a field, then, for those that are required, what is
 * left, by place and look; a field that need not be filled is left out unless something speaks for it.
 */
export function fillFields(fields: readonly Field[], reading: Reading, root: JsonObject, depth = 0): Fillings {
  const found = new Map<Field, Filling>()
  const use = (field: Field, filling: Filling | undefined): void => {
    if (filling === undefined) return
    take(reading, filling)
    found.set(field, filling)
  }
  const open = () => fields.filter((field) => !found.has(field))
  const openRequired = () => open().filter((field) => field.isRequired)
  for (const field of fields) use(field, findSpoken(field, fields, reading))
  for (const field of open().filter(isObject)) use(field, fillParts(field, reading, root, depth))
  for (const field of openRequired().filter(isNumber)) use(field, freeNumbers(field, reading)[0])
  for (const field of open().filter(isArray)) use(field, findList(field, fields, reading, root))
  for (const [field, filling] of assignTexts(open().filter(isText), fields, reading)) found.set(field, filling)
  for (const field of openRequired().filter(isText)) use(field, findLeftOver(field, reading))
  for (const field of openRequired()) if (typeOf(field.schema) === 'boolean') use(field, unsaid(false))
  return new Map([...found].map(([field, filling]) => [field.name, filling]))
}

/** The object that the fillings make. */
export function toObject(fillings: Fillings): JsonObject {
  return Object.fromEntries([...fillings].map(([name, { value }]): [string, JsonValue] => [name, value]))
}

/** Whether every field that must be there is. */
export function isComplete(fields: readonly Field[], fillings: Fillings): boolean {
  return fields.every((field) => !field.isRequired || fillings.has(field.name))
}

function findSpoken(field: Field, fields: readonly Field[], reading: Reading): Filling | undefined {
  const choices = enumOf(field.schema)
  switch (typeOf(field.schema)) {
    case 'number':
    case 'integer':
      return choices === undefined ? findNamedNumber(field, fields, reading) : findChoices(choices, reading)[0]
    case 'boolean':
      return findFlag(field, fields, reading)
    case 'string':
    case 'any':
      return onlyChoice(choices, field) ?? findSpokenText(field, fields, reading)
    case 'array':
    case 'object':
    case 'null':
      return undefined
  }
}

/** Where there is no choice, there is nothing to be said. */
function onlyChoice(choices: readonly JsonValue[] | undefined, field: Field): Filling | undefined {
  const [only] = choices ?? []
  return choices?.length === 1 && only !== undefined && field.isRequired ? unsaid(only) : undefined
}

function fillParts(field: Field, reading: Reading, root: JsonObject, depth: number): Filling | undefined {
  if (depth >= maxDepth) return undefined
  const parts = fieldsOf(field.schema, root).map((part) => ({
    ...part,
    isRequired: part.isRequired && field.isRequired,
  }))
  const inner = fieldsOf(field.schema, root)
  // What an optional object needs is only looked for once something speaks for it.
  const spoken = fillFields(parts, reading, root, depth + 1)
  if (spoken.size === 0 && !(field.isRequired && inner.length === 0)) return undefined
  const missing = inner.filter((part) => !spoken.has(part.name))
  const all = new Map([...spoken, ...fillFields(missing, reading, root, depth + 1)])
  if (!isComplete(inner, all)) return undefined
  const fillings = [...all.values()]
  const evidence = Math.max(0, ...fillings.map((filling) => filling.evidence))
  return { value: toObject(all), shape: 'parts', evidence, tokens: fillings.flatMap(({ tokens }) => tokens) }
}

/** Text without a look of its own: what is left of the prompt. Of one thing, only if it is short. */
function findLeftOver(field: Field, reading: Reading): Filling | undefined {
  const kind = kindOf(field)
  if (enumOf(field.schema) !== undefined || isStrict(kind)) return undefined
  const rest = findRest(reading, kind === 'free')
  if (rest === undefined || !fitsText(String(rest.value), field.schema)) return undefined
  return kind === 'free' || rest.tokens.length <= 3 ? rest : undefined
}

function unsaid(value: JsonValue): Filling {
  return { value, shape: 'flag', evidence: 0, tokens: [] }
}

function isObject(field: Field): boolean {
  return typeOf(field.schema) === 'object'
}

function isArray(field: Field): boolean {
  return typeOf(field.schema) === 'array'
}

function isNumber(field: Field): boolean {
  const type = typeOf(field.schema)
  return (type === 'number' || type === 'integer') && enumOf(field.schema) === undefined
}

function isText(field: Field): boolean {
  const type = typeOf(field.schema)
  return (type === 'string' || type === 'any') && enumOf(field.schema) === undefined
}
