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

/** Freezes plain data in place, all the way down, and stops at what is frozen already. Returns the same object. */
export function deepFreeze<T>(value: T): T {
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const part = pending.pop()
    if (typeof part !== 'object' || part === null || Object.isFrozen(part)) continue
    Object.freeze(part)
    for (const inner of Object.values(part)) pending.push(inner)
  }
  return value
}

/** Where data is not what JSON can hold, as a path, and why. */
export interface JsonProblem {
  readonly field: string
  readonly message: string
}

/** What is wrong with `value` as JSON data, as a path and a reason, or undefined when nothing is. */
export function findNonJson(value: unknown, path: string): string | undefined {
  return findJsonProblem(value, path)?.message
}

/**
 * The first thing in `value` that JSON cannot hold. `path` names the value; with an empty one, paths start with its fields.
 * `onObject` is called with every object and array, outer ones first.
 */
export function findJsonProblem(
  value: unknown,
  path: string,
  onObject: (part: object) => void = () => {},
): JsonProblem | undefined {
  const fault = findFault(value, 0, onObject)
  if (fault === undefined) return undefined
  const field = (path + fault.path).replace(/^\./, '')
  return { field, message: `${field === '' ? 'it' : field} ${fault.reason}` }
}

/** The one check that also freezes: data that is found to be JSON is frozen all the way down, also below what was frozen already. */
export function freezeJson(value: unknown, path: string): JsonProblem | undefined {
  return findJsonProblem(value, path, Object.freeze)
}

/** Whether two values hold the same data; the order of fields does not matter. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  for (const name of names) if (!isSameJson(ownField(one, name), ownField(other, name))) return false
  return true
}

/** Not what objects inherit: a field may be called __proto__ or toString. */
function ownField(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined
}

/** Deeper data makes `JSON.stringify` and other recursive readers fail, and no honest data comes near. It also ends circles. */
const maxDepth = 500

interface Fault {
  /** Empty when the whole is at fault; else `.name` or `[index]`, one after the other. */
  readonly path: string
  readonly reason: string
  /** The path down to it would be a page of dots: its first step says enough. */
  readonly isOfAll?: true
}

function findFault(value: unknown, depth: number, onObject: (part: object) => void): Fault | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : { path: '', reason: `is ${value}, which JSON cannot hold` }
    case 'object':
      return value === null ? undefined : findFaultInObject(value, depth, onObject)
    default:
      return { path: '', reason: `is a ${typeof value}, which JSON cannot hold` }
  }
}

function findFaultInObject(value: object, depth: number, onObject: (part: object) => void): Fault | undefined {
  if (depth > maxDepth)
    return { path: '', reason: `is nested more than ${maxDepth} levels deep, or in a circle`, isOfAll: true }
  onObject(value)
  if (Array.isArray(value)) {
    // By index: an array with holes has undefined there too.
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      const fault = item === undefined ? { path: '', reason: 'is undefined' } : findFault(item, depth + 1, onObject)
      if (fault !== undefined) return within(`[${index}]`, depth, fault)
    }
    return undefined
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    return { path: '', reason: `is an instance of ${value.constructor?.name ?? 'a class'}, not plain data` }
  for (const [name, item] of Object.entries(value)) {
    const fault = findFault(item, depth + 1, onObject)
    if (fault !== undefined) return within(`.${name}`, depth, fault)
  }
  return undefined
}

/** The path is made on the way out, so that sound data pays nothing for it. */
function within(step: string, depth: number, fault: Fault): Fault {
  return fault.isOfAll && depth > 0 ? fault : { ...fault, path: step + fault.path }
}
