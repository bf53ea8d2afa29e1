/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object. A field that is `undefined` counts as absent, as `JSON.stringify` has it. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined
}

/** Whether `value` is an object as JSON has it: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether two values hold the same data; the order of fields does not matter. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  for (const name of names) if (!isSameJson(ownField(one, name), ownField(other, name))) return false
  return true
}

/** Not what objects inherit: a field may be called __proto__ or toString. */
function ownField(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined
}
