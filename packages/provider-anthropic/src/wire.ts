import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/** The object in a frame. @throws SyntaxError, TypeError when it is none. */
export function parseObject(data: string): JsonObject {
  const parsed: unknown = JSON.parse(data)
  if (!isJsonObject(parsed)) throw new TypeError('a frame holds something else than an object')
  return parsed
}

/** The object without some of its fields. */
export function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  const kept: { [name: string]: JsonValue | undefined } = {}
  for (const [name, value] of Object.entries(object)) if (!names.includes(name)) kept[name] = value
  return kept
}

/** JSON text as the API takes it: half a surrogate pair, which it refuses, becomes the replacement character. */
export function wireJson(value: JsonValue): string {
  return wellFormedJson(JSON.stringify(value))
}

/** The same for JSON text of somebody else, in which such halves may stand as they are, and pairs as escapes. */
export function wellFormedJson(json: string): string {
  const text = json.toWellFormed()
  // Escapes are taken whole, so that an escaped backslash before a "ud800" is none.
  return /\\u[dD][89a-fA-F]/.test(text) ? text.replace(escapes, replaceHalf) : text
}

const escapes = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g

function replaceHalf(sequence: string): string {
  return sequence.length === 6 && /^\\u[dD][89a-fA-F]/.test(sequence) ? '\\ufffd' : sequence
}
