import type { JsonValue } from '@geppetto/turns'

/** No honest data comes near, and a turn that holds more levels than some 500 cannot be stored. */
const maxLevels = 400

/**
 * Data off the wire so that a turn can hold it: a number that is too large for one, and what lies deeper than any reader goes, become null.
 * The value itself where there is no such thing in it.
 */
export function storable(value: JsonValue, level = 0): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (level > maxLevels) return null
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => storable(item, level + 1))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  const fields = Object.entries(value).map(
    ([name, field]) => [name, field === undefined ? undefined : storable(field, level + 1), field] as const,
  )
  return fields.every(([, own, field]) => own === field)
    ? value
    : Object.fromEntries(fields.map(([name, own]) => [name, own]))
}
