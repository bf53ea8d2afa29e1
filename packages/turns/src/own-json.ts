import { TurnError } from './errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { levelsOfData, markData } from './own-mark.ts'
import { type Fault, isRead, readFields, unreadable } from './plain-fields.ts'

/** Deeper data makes `JSON.stringify` and other recursive readers fail, and no honest data comes near. It also ends circles. */
const maxDepth = 500
const maxLevels = maxDepth + 1
const tooDeep = `is nested more than ${maxDepth} levels deep, or in a circle`

/** Where data is not what JSON can hold, as a path, and why. */
interface JsonProblem {
  readonly field: string
  readonly message: string
}

type Owned =
  | { readonly value: JsonValue | undefined; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: JsonProblem }

/**
 * The one door for data: the same data so that nobody can change it, which is `value` itself where it was made here, else a copy. Whether a
 * foreign value is frozen is never asked: its parts may not be, and a proxy may say anything. `path` names the value; with an empty one, paths of problems start with its fields. Never throws, whatever it is given.
 */
export function ownJson(value: unknown, path: string): Owned {
  if (isOwnValue(value)) return { value }
  const copier = new Copier()
  const copy = copier.copy(value, 0)
  if (copier.fault === undefined) return { value: copy }
  const field = (path + copier.fault.path).replace(/^\./, '')
  return { problem: { field, message: `${field === '' ? 'it' : field} ${copier.fault.reason}` } }
}

/** Whether the value is an object or a list that was made here. */
export function isOwnJson(value: unknown): value is JsonObject | readonly JsonValue[] {
  return typeof value === 'object' && value !== null && levelsOfData(value) !== undefined
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

/**
 * The same for an object that the caller has just made and that nobody else has: where all its parts are ours, it becomes ours where it stands. What is made for
 * each event and each call does not go through the door field by field.
 * @throws TurnError as {@link frozenJson}
 */
export function adoptFields<T extends object>(fields: T, name: string): T {
  // What must be copied, is left out, or needs a word is for the door.
  return adoptWhole(fields) ?? frozenJson(fields, name)
}

/** The door for an object that was just made here, and that nobody else has: see {@link adoptFields}. */
export function adoptJson(fields: object, path: string): Owned {
  const own: unknown = adoptWhole(fields)
  return isOwnValue(own) ? { value: own } : ownJson(fields, path)
}

/** Makes it ours where it stands; undefined where some of its parts are not. */
function adoptWhole<T extends object>(fields: T): T | undefined {
  let levels = 1
  const parts: readonly unknown[] = Object.values(fields)
  for (const part of parts) {
    // Most of them.
    if (typeof part === 'string') continue
    const below = levelsOfOwn(part)
    if (below === undefined || below >= maxLevels) return undefined
    if (below >= levels) levels = below + 1
  }
  markData(fields, levels)
  return Object.freeze(fields)
}

/** Whether it can be taken as it is. */
function isOwnValue(value: unknown): value is JsonValue {
  return levelsOfOwn(value) !== undefined
}

/** Undefined where the value is not ours. JSON text has no -0. */
function levelsOfOwn(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return 0
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? 0 : undefined
    case 'object':
      return value === null ? 0 : levelsOfData(value)
    default:
      return undefined
  }
}

/** What is wrong with `value` as JSON data, as a path and a reason, or undefined when nothing is. Never throws. */
export function findNonJson(value: unknown, path: string): string | undefined {
  return ownJson(value, path).problem?.message
}

/**
 * The data of a JSON text so that nobody can change it: made ours where it stands, as nobody else has it. What no honest data has, numbers of too many digits or too
 * many levels, is left for the door to name. @throws SyntaxError when it is no JSON
 */
export function parseJson(text: string): unknown {
  const value: JsonValue = JSON.parse(text)
  adopt(value, 0)
  return value
}

/** Makes ours what a parser has just made; gives back how many levels it has, which are endless where it is not sound. */
function adopt(value: JsonValue, depth: number): number {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 0 : Number.POSITIVE_INFINITY
  if (typeof value !== 'object' || value === null) return 0
  if (depth > maxDepth) return Number.POSITIVE_INFINITY
  const levels = isJsonObject(value) ? levelsOfFields(value, depth + 1) : levelsOfItems(value, depth + 1)
  if (levels > maxLevels) return levels
  markData(value, levels)
  Object.freeze(value)
  return levels
}

function levelsOfItems(list: readonly JsonValue[], depth: number): number {
  let levels = 1
  for (const item of list) levels = Math.max(levels, 1 + adopt(item, depth))
  return levels
}

function levelsOfFields(value: JsonObject, depth: number): number {
  let levels = 1
  // No list of them is made: this is done to each object of a session that is opened. What somebody has hung on all objects is not theirs.
  for (const name in value) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined
    if (field !== undefined) levels = Math.max(levels, 1 + adopt(field, depth))
  }
  return levels
}

class Copier {
  /** The first that was found; what was copied until then is worth nothing. */
  fault: Fault | undefined
  /** How many levels the value has that was copied last. */
  #levels = 0

  copy(value: unknown, depth: number): JsonValue | undefined {
    this.#levels = 0
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
    const known = levelsOfData(value)
    if (depth + (known ?? 1) > maxLevels) return this.#fail({ path: '', reason: tooDeep, isOfAll: true })
    if (known !== undefined && isOwnJson(value)) {
      this.#levels = known
      return value
    }
    return Array.isArray(value) ? this.#copyList(value, depth) : this.#copyFields(value, depth)
  }

  #copyList(list: readonly unknown[], depth: number): JsonValue | undefined {
    const copy: JsonValue[] = []
    let levels = 1
    for (let index = 0; index < list.length; index++) {
      const field = Object.getOwnPropertyDescriptor(list, index)
      const isRun = field?.get !== undefined || field?.set !== undefined
      const item = isRun ? undefined : this.copy(field?.value, depth + 1)
      if (item === undefined) {
        const reason = isRun ? 'is a getter or setter, not plain data' : 'is undefined'
        return this.#failWithin(`[${index}]`, depth, this.fault ?? { path: '', reason })
      }
      copy.push(item)
      levels = Math.max(levels, this.#levels + 1)
    }
    return this.#finish(copy, levels)
  }

  #copyFields(value: object, depth: number): JsonValue | undefined {
    const fields = readFields(value)
    if (!isRead(fields)) return this.#fail(fields)
    const copy: { [name: string]: JsonValue } = {}
    let levels = 1
    for (const [name, part] of fields) {
      const item = this.copy(part, depth + 1)
      if (this.fault !== undefined) return this.#failWithin(`.${name}`, depth, this.fault)
      if (item === undefined) continue
      levels = Math.max(levels, this.#levels + 1)
      // By definition where setting it would set the prototype.
      if (name === '__proto__') Object.defineProperty(copy, name, { value: item, enumerable: true })
      else copy[name] = item
    }
    return this.#finish(copy, levels)
  }

  #finish<T extends object>(copy: T, levels: number): T {
    this.#levels = levels
    markData(copy, levels)
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
