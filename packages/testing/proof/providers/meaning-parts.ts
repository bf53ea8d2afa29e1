import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { asText, isList } from './json.ts'

/** One thing that a request says, with all that a client may write differently taken out. */
export interface MeaningItem {
  /** What must be the same, value by value. */
  readonly must: JsonObject
  /** What may be left out, and must be the same where both have it. */
  readonly may?: JsonObject
}

/** What a request asks, in an order that matters. */
export interface Meaning {
  readonly model: JsonValue
  readonly said: readonly MeaningItem[]
  readonly tools: readonly JsonObject[]
}

/** The system’s texts that follow each other as one: a client may join them or not, and may put them beside the conversation. */
export function joinSystem(items: readonly MeaningItem[]): readonly MeaningItem[] {
  const joined: MeaningItem[] = []
  for (const item of items) {
    const last = joined.at(-1)
    const { role, text } = item.must
    if (role === 'system' && last?.must['role'] === 'system')
      joined[joined.length - 1] = { must: { role, text: `${last.must['text']}\n\n${text}` } }
    else joined.push(item)
  }
  return joined
}

/** A text is a list of one part. */
export function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  if (isList(content)) return content
  // Nothing said, and nothing there.
  return content === undefined || content === null || content === '' ? [] : [{ type: 'text', text: content }]
}

/** Whether it stands in one part or in several, it is the same text. */
export function plainText(content: JsonValue | undefined): string {
  return partsOf(content)
    .map((part) => (isJsonObject(part) ? (asText(part['text']) ?? '') : ''))
    .join('\n')
}

/** A tool as the model is told of it. */
export function toolMeaning(
  name: JsonValue | undefined,
  description: JsonValue | undefined,
  schema: JsonValue | undefined,
): JsonObject {
  return { name, description, schema: plainSchema(schema ?? {}) }
}

/** Without what only says how strictly it is decoded, and lists of nothing. */
function plainSchema(schema: JsonValue): JsonValue {
  if (isList(schema)) return schema.map(plainSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(
    ([name, value]) =>
      value !== undefined && !strictWords.has(name) && !(name === 'required' && isList(value) && value.length === 0),
  )
  return Object.fromEntries(kept.map(([name, value]) => [name, plainSchema(value ?? null)]))
}

const strictWords: ReadonlySet<string> = new Set(['additionalProperties', 'strict', '$schema'])
