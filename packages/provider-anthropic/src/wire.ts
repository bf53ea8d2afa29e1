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
  const json = JSON.stringify(value)
  // Only such halves are written as escapes. Escapes are taken whole, so that an escaped backslash before a "ud800" is none.
  return json.includes('\\ud') ? json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, replaceHalf) : json
}

function replaceHalf(sequence: string): string {
  return sequence.startsWith('\\ud') ? '\\ufffd' : sequence
}
