import type { JsonObject, JsonValue } from '@geppetto/turns'

/** One of OpenRouter's `reasoning_details` with a further piece of it: its texts go on, anything else is said anew. */
export function joinDetails(one: JsonObject, more: JsonObject): JsonObject {
  const whole: Record<string, JsonValue | undefined> = { ...one }
  for (const [name, value] of Object.entries(more)) {
    const before = whole[name]
    const isText = (name === 'text' || name === 'summary') && typeof before === 'string' && typeof value === 'string'
    if (isText) whole[name] = before + value
    else if (value !== null && value !== undefined) whole[name] = value
  }
  return whole
}
