import { contentText, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { Exchange, Round } from './conversation.ts'
import { fillFields } from './fill/fill-fields.ts'
import { fitsNumber, fitsText } from './fill/fits.ts'
import { kindOf } from './fill/kind.ts'
import { minimalValue } from './fill/minimal-value.ts'
import type { Reading } from './fill/reading.ts'
import { enumOf, type Field, fieldsOf, isList, resolveSchema, typeOf } from './fill/schema.ts'
import { stem } from './language/stem.ts'
import { readTokens } from './language/tokens.ts'

/** A value of the form that is asked for: what the tools said under the same name, what the prompt says, what ELIZA would say, or the least that fits. */
export function structuredAnswer(schema: JsonObject, round: Round | undefined, reply: string): JsonValue {
  const root = resolveSchema(schema, schema)
  const text = round?.text ?? ''
  const isObject = typeOf(root) === 'object'
  const fields = isObject ? fieldsOf(root, schema) : [wholeAnswer(root)]
  const facts = (round?.exchanges ?? []).flatMap(factsOf)
  const known = new Map(
    fields.flatMap((field): [string, JsonValue][] => {
      const fact = facts.map((one) => one[field.name]).find((value) => value !== undefined && fits(value, field))
      return fact === undefined ? [] : [[field.name, fact]]
    }),
  )
  const reading: Reading = {
    text,
    tokens: readTokens(text),
    now: round?.saidAt ?? 0,
    names: namesOf(fields),
    examples: new Set(),
    taken: new Set(),
  }
  const fillings = fillFields(
    fields.filter((field) => !known.has(field.name) && !isReply(field)),
    reading,
    schema,
  )
  const value = Object.fromEntries(
    fields.flatMap((field): [string, JsonValue][] => {
      const found = known.get(field.name) ?? fillings.get(field.name)?.value
      if (found !== undefined) return [[field.name, found]]
      if (!field.isRequired) return []
      const least =
        isReply(field) && fitsText(reply, field.schema)
          ? reply
          : minimalValue(field.schema, schema, isReply(field) ? reply : '')
      return [[field.name, least]]
    }),
  )
  return isObject ? value : (value['answer'] ?? null)
}

/** An answer that is no object is the only field of one. */
function wholeAnswer(schema: JsonObject): Field {
  return { name: 'answer', words: ['answer'], description: '', schema, isRequired: true }
}

/** A text in which ELIZA speaks. */
function isReply(field: Field): boolean {
  return (
    typeOf(field.schema) === 'string' &&
    enumOf(field.schema) === undefined &&
    /\b(answer|reply|response|message|comment|feedback|remark)$/.test(field.words.join(' ')) &&
    kindOf(field) === 'free'
  )
}

function namesOf(fields: readonly Field[]): ReadonlySet<string> {
  return new Set(fields.flatMap(({ words }) => words.map(stem)))
}

/** What a tool returned as a JSON object. */
function factsOf({ result }: Exchange): readonly JsonObject[] {
  if (result?.outcome !== 'ok') return []
  try {
    const value: unknown = JSON.parse(contentText(result.content))
    return isJsonObject(value) ? [value] : []
  } catch {
    // A result that is no JSON holds no named values.
    return []
  }
}

/** Whether a fact may stand in a field. Objects and lists are left to the filler, which knows their insides. */
function fits(value: JsonValue, { schema }: Field): boolean {
  const choices = enumOf(schema)
  if (choices !== undefined) return choices.includes(value)
  switch (typeOf(schema)) {
    case 'string':
      return typeof value === 'string' && fitsText(value, schema)
    case 'number':
    case 'integer':
      return typeof value === 'number' && fitsNumber(value, schema)
    case 'boolean':
      return typeof value === 'boolean'
    case 'any':
      return !isList(value) && !isJsonObject(value)
    default:
      return false
  }
}
