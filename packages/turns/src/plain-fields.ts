import { toErrorData } from './errors.ts'

/** Why a value is not plain data, and where in it. */
export interface Fault {
  /** Empty when the whole is at fault; else `.name` or `[index]`, one after the other. */
  readonly path: string
  readonly reason: string
  /** The path down to it would be a page of dots: its first step says enough. */
  readonly isOfAll?: true
}

/** The fields of a plain object, by their names. */
export type PlainFields = readonly (readonly [name: string, value: unknown])[]

/**
 * The fields of a plain object. Runs no getter: what a field holds must not change from one look to the next. Fields under symbols are
 * left out, as JSON does. Never throws, though a proxy may.
 */
export function readFields(value: object): PlainFields | Fault {
  try {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null)
      return { path: '', reason: `is an instance of ${nameOfClass(prototype)}, not plain data` }
    const fields: (readonly [string, unknown])[] = []
    for (const name of Reflect.ownKeys(value)) {
      if (typeof name === 'symbol') continue
      const field = Object.getOwnPropertyDescriptor(value, name)
      if (field === undefined) continue
      if (field.get !== undefined || field.set !== undefined)
        return { path: `.${name}`, reason: 'is a getter or setter, not plain data' }
      if (field.enumerable !== true) return { path: `.${name}`, reason: 'is hidden (not enumerable), not plain data' }
      fields.push([name, field.value])
    }
    return fields
  } catch (error) {
    return unreadable(error)
  }
}

/** The items of a list, each read once, or why they cannot be read. Undefined: it is no list. */
export function readItems(value: unknown): readonly unknown[] | Fault | undefined {
  try {
    if (!Array.isArray(value)) return undefined
    // By index: the list may have an iterator of its own, and holes.
    const items: unknown[] = []
    for (let index = 0; index < value.length; index++) items.push(value[index])
    return items
  } catch (error) {
    return unreadable(error)
  }
}

/** Whether it is a list of fields or items, and no fault. */
export function isRead<T>(read: readonly T[] | Fault): read is readonly T[] {
  return Array.isArray(read)
}

export function unreadable(error: unknown): Fault {
  return { path: '', reason: `cannot be read: ${toErrorData(error).message}` }
}

function nameOfClass(prototype: unknown): string {
  const maker: unknown = Object(prototype).constructor
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'a class'
}
