import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/** The text as JSON data; undefined where it is none. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    // True because it was parsed from text.
    return JSON.parse(text) as JsonValue
  } catch {
    // No JSON: the caller knows what that means.
    return undefined
  }
}

export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A list of JSON data, told from what else JSON has. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** The objects of a list; nothing where it is none. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isJsonObject) : []
}

/** The object under that name, or an empty one. */
export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isJsonObject(value) ? value : {}
}

/** Calls `visit` with every object in the data, from the outside in. */
export function visitObjects(value: JsonValue | undefined, visit: (object: JsonObject) => void): void {
  if (isList(value)) for (const item of value) visitObjects(item, visit)
  else if (isJsonObject(value)) {
    visit(value)
    for (const inner of Object.values(value)) visitObjects(inner, visit)
  }
}
