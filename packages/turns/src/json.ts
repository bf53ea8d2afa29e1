/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object. A field that is `undefined` counts as absent, as `JSON.stringify` has it. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined
}

/** The one empty object that blocks and turns without metadata share. */
export const emptyObject: JsonObject = Object.freeze({})

/** Whether `value` is an object as JSON has it: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Freezes plain data all the way down, and stops at what is frozen already. Returns the same object. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}

/** What is wrong with `value` as JSON data, as a path and a reason, or undefined when nothing is. */
export function findNonJson(value: unknown, path: string): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${path} is ${value}, which JSON cannot hold`
    case 'object': {
      if (value === null) return undefined
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) {
          const problem = item === undefined ? `${path}[${index}] is undefined` : findNonJson(item, `${path}[${index}]`)
          if (problem !== undefined) return problem
        }
        return undefined
      }
      const prototype: unknown = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null)
        return `${path} is an instance of ${value.constructor?.name ?? 'a class'}, not plain data`
      for (const [name, item] of Object.entries(value)) {
        const problem = findNonJson(item, `${path}.${name}`)
        if (problem !== undefined) return problem
      }
      return undefined
    }
    default:
      return `${path} is a ${typeof value}, which JSON cannot hold`
  }
}
