import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

// Small readers of what came from the wire, where any field may be missing or of another type.

/** The object in a frame. @throws SyntaxError, TypeError when it is none. */
export function parseObject(data: string): JsonObject {
  const parsed: unknown = JSON.parse(data)
  if (!isJsonObject(parsed)) throw new TypeError('a frame holds something else than an object')
  return parsed
}

export function textIn(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' ? value : undefined
}

export function numberIn(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name]
  return typeof value === 'number' ? value : undefined
}

export function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name]
  return isJsonObject(value) ? value : undefined
}

export function listIn(object: JsonObject | undefined, name: string): readonly JsonValue[] {
  const value = object?.[name]
  return Array.isArray(value) ? value : []
}

/** The object without some of its fields. */
export function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  const kept: { [name: string]: JsonValue | undefined } = {}
  for (const [name, value] of Object.entries(object)) if (!names.includes(name)) kept[name] = value
  return kept
}

/** JSON text as the API takes it: half a surrogate pair, which it refuses, becomes the replacement character. */
export function wireJson(value: JsonValue): string {
  const json = JSON.stringify(value)
  // Only such halves are written as escapes. Escapes are taken whole, so that an escaped backslash before a "ud800" is none.
  return json.includes('\\ud') ? json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, replaceHalf) : json
}

function replaceHalf(sequence: string): string {
  return sequence.startsWith('\\ud') ? '\\ufffd' : sequence
}
