import { TurnError } from './errors.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { type Fault, isRead, readFields, unreadable } from './plain-fields.ts'

/**
 * The values that were made here: plain data that JSON can hold, in objects that nobody else had before they were frozen. How many levels
 * each has, by value. Whether a foreign value is frozen is never asked: its parts may not be, and a proxy may say anything.
 */
const levels = new WeakMap<object, number>()

/** Deeper data makes `JSON.stringify` and other recursive readers fail, and no honest data comes near. It also ends circles. */
const maxDepth = 500

/** Where data is not what JSON can hold, as a path, and why. */
interface JsonProblem {
  readonly field: string
  readonly message: string
}

type Owned =
  | { readonly value: JsonValue | undefined; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: JsonProblem }

/**
 * The one door for data: the same data so that nobody can change it, which is `value` itself where it was made here, else a copy. `path`
 * names the value; with an empty one, paths of problems start with its fields. Never throws, whatever it is given.
 */
export function ownJson(value: unknown, path: string): Owned {
  if (isOwnJson(value)) return { value }
  const copier = new Copier()
  const copy = copier.copy(value, 0)
  if (copier.fault === undefined) {
    if (typeof copy === 'object' && copy !== null) levels.set(copy, copier.deepest)
    return { value: copy }
  }
  const field = (path + copier.fault.path).replace(/^\./, '')
  return { problem: { field, message: `${field === '' ? 'it' : field} ${copier.fault.reason}` } }
}

/** Whether the value was made here. */
function isOwnJson(value: unknown): value is JsonValue {
  return typeof value === 'object' && value !== null && levels.has(value)
}

/**
 * Plain data so that nobody can change it: `value` itself where this package made it, else a copy. `name` names it in the message.
 * @throws TurnError `invalid_value` when JSON cannot hold it
 */
export function frozenJson<T>(value: T, name: string): T {
  const { value: own, problem } = ownJson(value, name)
  if (problem !== undefined) throw new TurnError('invalid_value', problem.message, { field: problem.field })
  // True because the copy has the same data.
  return own as T
}

/** What is wrong with `value` as JSON data, as a path and a reason, or undefined when nothing is. Never throws. */
export function findNonJson(value: unknown, path: string): string | undefined {
  return ownJson(value, path).problem?.message
}

class Copier {
  /** The first that was found; what was copied until then is worth nothing. */
  fault: Fault | undefined
  /** How many levels down the value goes. */
  deepest = 0

  copy(value: unknown, depth: number): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
      case 'boolean':
      case 'undefined':
        return value
      case 'number':
        if (!Number.isFinite(value)) return this.#fail({ path: '', reason: `is ${value}, which JSON cannot hold` })
        // JSON text has no -0.
        return value === 0 ? 0 : value
      case 'object':
        return value === null ? null : this.#copyReadable(value, depth)
      default:
        return this.#fail({ path: '', reason: `is a ${typeof value}, which JSON cannot hold` })
    }
  }

  #copyReadable(value: object, depth: number): JsonValue | undefined {
    try {
      return this.#copyObject(value, depth)
    } catch (error) {
      return this.#fail(unreadable(error))
    }
  }

  #copyObject(value: object, depth: number): JsonValue | undefined {
    const height = levels.get(value) ?? 1
    this.deepest = Math.max(this.deepest, depth + height)
    if (this.deepest > maxDepth + 1)
      return this.#fail({
        path: '',
        reason: `is nested more than ${maxDepth} levels deep, or in a circle`,
        isOfAll: true,
      })
    if (isOwnJson(value)) return value
    return Array.isArray(value) ? this.#copyList(value, depth) : this.#copyFields(value, depth)
  }

  #copyList(list: readonly unknown[], depth: number): JsonValue | undefined {
    const copy: JsonValue[] = []
    for (let index = 0; index < list.length; index++) {
      const field = Object.getOwnPropertyDescriptor(list, index)
      const isRun = field?.get !== undefined || field?.set !== undefined
      const item = isRun ? undefined : this.copy(field?.value, depth + 1)
      if (item === undefined) {
        const reason = isRun ? 'is a getter or setter, not plain data' : 'is undefined'
        return this.#failWithin(`[${index}]`, depth, this.fault ?? { path: '', reason })
      }
      copy.push(item)
    }
    return Object.freeze(copy)
  }

  #copyFields(value: object, depth: number): JsonValue | undefined {
    const fields = readFields(value)
    if (!isRead(fields)) return this.#fail(fields)
    const copy: { [name: string]: JsonValue } = {}
    for (const [name, part] of fields) {
      const item = this.copy(part, depth + 1)
      if (this.fault !== undefined) return this.#failWithin(`.${name}`, depth, this.fault)
      if (item === undefined) continue
      // By definition where setting it would set the prototype.
      if (name === '__proto__') Object.defineProperty(copy, name, { value: item, enumerable: true })
      else copy[name] = item
    }
    return Object.freeze(copy)
  }

  #fail(fault: Fault): undefined {
    this.fault = fault
  }

  /** The path is made on the way out, so that sound data pays nothing for it. */
  #failWithin(step: string, depth: number, fault: Fault): undefined {
    this.fault = fault.isOfAll && depth > 0 ? fault : { ...fault, path: step + fault.path }
  }
}

/** The one empty object that blocks and turns without metadata share. */
export const emptyObject: JsonObject = /* @__PURE__ */ frozenJson({}, 'it')
