import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

// Small readers of unknown JSON: what is not of the type that is asked for counts as absent.

/** The text as a JSON object; undefined when it is something else, or no JSON. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    // Whoever asks gets told that there is no object in it.
    return undefined
  }
}

/** The text field `name`. */
export function textIn(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : undefined
}

/** The number field `name`: a count or a place, so that one that is below 0, or beyond all numbers, counts as absent. */
export function numberIn(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'number' && Number.isFinite(field) && field >= 0 ? field : undefined
}

/** The object field `name`. */
export function objectIn(value: unknown, name: string): JsonObject | undefined {
  const field = fieldOf(value, name)
  return isJsonObject(field) ? field : undefined
}

/** The list field `name`; empty when it is none. */
export function listIn(value: unknown, name: string): readonly JsonValue[] {
  const field = fieldOf(value, name)
  return Array.isArray(field) ? field : []
}

/** The objects in the list field `name`. */
export function objectsIn(value: unknown, name: string): readonly JsonObject[] {
  return listIn(value, name).filter(isJsonObject)
}

function fieldOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
