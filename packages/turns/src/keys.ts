import { quote, TurnError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { deepFreeze } from './json.ts'
import type { Schema } from './schema.ts'
import { formatIssues } from './schema.ts'
import type { Turn } from './turn.ts'

/** Names a value of type `T` in a turn's data, or in the metadata of a turn or block. */
export interface DataKey<T> {
  /** Say whose it is: `acme.customerId`. The family's own begin with `geppetto.`. */
  readonly name: string
  /** The value in `map`, or undefined when absent. @throws TurnError `invalid_value` when what is there is not a `T`. */
  read(map: JsonObject): T | undefined
  /** `map` with the value under this key. @throws TurnError `invalid_value` when the value is not a `T`. */
  write(map: JsonObject, value: T): JsonObject
}

/** Makes a key whose values a schema checks, when written and when read. The schema must be synchronous and must not transform. */
export function defineKey<T>(name: string, schema: Schema<T>): DataKey<T> {
  return defineCheckedKey(name, (value): value is T => {
    const result = schema['~standard'].validate(value)
    if (result instanceof Promise)
      throw new TurnError('invalid_schema', `the schema of key ${name} is asynchronous; a key's schema must not be`, {
        field: name,
      })
    if (result.issues !== undefined)
      throw new TurnError('invalid_value', `${name}: ${formatIssues(result.issues)}`, { field: name })
    return true
  })
}

/** Makes a key whose values a type guard checks: for packages that must not depend on a schema library. */
export function defineCheckedKey<T>(name: string, isValid: (value: unknown) => value is T): DataKey<T> {
  const check = (value: unknown): T => {
    if (isValid(value)) return value
    throw new TurnError('invalid_value', `the value under ${name} is not what the key promises: ${quote(value)}`, {
      field: name,
    })
  }
  return Object.freeze({
    name,
    read: (map: JsonObject) => (map[name] === undefined ? undefined : check(map[name])),
    // True because a checked value is plain data by the key's own promise.
    write: (map: JsonObject, value: T) => deepFreeze({ ...map, [name]: check(value) } as JsonObject),
  })
}

/** The turn with a value in its data. */
export function withData<T>(turn: Turn, key: DataKey<T>, value: T): Turn {
  return Object.freeze({ ...turn, data: key.write(turn.data, value) })
}

/** The turn without a value in its data. */
export function withoutData<T>(turn: Turn, key: DataKey<T>): Turn {
  if (turn.data[key.name] === undefined) return turn
  const { [key.name]: _, ...data } = turn.data
  return Object.freeze({ ...turn, data: Object.freeze(data) })
}

/** The turn with a value in its metadata. */
export function withMetadata<T>(turn: Turn, key: DataKey<T>, value: T): Turn {
  return Object.freeze({ ...turn, metadata: key.write(turn.metadata, value) })
}
