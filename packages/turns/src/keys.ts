import { quote, TurnError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isJsonObject, isSameJson } from './json.ts'
import { adoptFields, frozenJson, isOwnJson, ownJson } from './own-json.ts'
import { ownTurn, withOwnFacts } from './own-turn.ts'
import type { Schema } from './schema.ts'
import { formatIssues } from './schema.ts'
import type { Check } from './shape.ts'
import { joinField } from './shape.ts'
import type { Turn } from './turn.ts'

/** Names a value of type `T` in a turn's data, or in the metadata of a turn or block. */
export interface DataKey<T> {
  /** Say whose it is: `acme.customerId`. The family's own begin with `geppetto.`. */
  readonly name: string
  /** The value in `map`, or undefined when absent. @throws TurnError `invalid_value` when what is there is not a `T`. */
  read(map: JsonObject): T | undefined
  /**
   * `map` with the value under this key, frozen all the way down.
   * @throws TurnError `invalid_value` when the value is not a `T`, or JSON cannot hold it.
   */
  write(map: JsonObject, value: T): JsonObject
}

/**
 * Makes a key whose values a schema checks, when written and when read. The schema must be synchronous. It only checks: what it
 * would transform, default or strip stays as it is.
 * @throws TurnError `invalid_value` when the name is empty; when written or read, `invalid_schema` if the schema is asynchronous.
 */
export function defineKey<T>(name: string, schema: Schema<T>): DataKey<T> {
  return makeKey(name, (value) => {
    const result = schema['~standard'].validate(value)
    if ('then' in result) {
      // Nobody waits for its outcome, so a late rejection must not become an unhandled one.
      result.then(undefined, () => undefined)
      throw new TurnError('invalid_schema', `the schema of key ${name} is asynchronous; a key's schema must not be`, {
        field: name,
      })
    }
    if (result.issues !== undefined)
      throw new TurnError('invalid_value', `${name}: ${formatIssues(result.issues)}`, { field: name })
  })
}

/**
 * Makes a key whose values a shape check looks at: for our own keys, as this package has no schema library. The check is made for the first value,
 * and not where the module loads.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineCheckedKey<T>(name: string, makeCheck: () => Check): DataKey<T> {
  let check: Check | undefined
  return makeKey(name, (value) => {
    check ??= makeCheck()
    const problem = check(value)
    if (problem === undefined) return
    const field = joinField(name, problem.field)
    throw new TurnError('invalid_value', `${field} ${problem.message}`, { field })
  })
}

function makeKey<T>(name: string, assertValid: (value: unknown) => void): DataKey<T> {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TurnError('invalid_value', `a key needs a name, such as acme.customerId, not ${quote(name)}`, {
      field: 'name',
    })
  const sound = new WeakSet<object>()
  /** What can change no more is not checked again. */
  const assertSound = (value: unknown): void => {
    if (isOwnJson(value) && sound.has(value)) return
    assertValid(value)
    if (isOwnJson(value)) sound.add(value)
  }
  return Object.freeze({
    name,
    read(map: JsonObject): T | undefined {
      const value: unknown = Object.hasOwn(map, name) ? map[name] : undefined
      if (value === undefined) return undefined
      assertSound(value)
      // True because the key's own check has just said so.
      return value as T
    },
    write(map: JsonObject, value: T): JsonObject {
      const { value: own, problem } = ownJson(value, name)
      if (problem !== undefined) {
        assertValid(value)
        throw new TurnError('invalid_value', `${problem.message}: it could not be stored`, { field: problem.field })
      }
      assertSound(own)
      const known = ownObject(map)
      // The same once more, as each turn may write it: the history shall not hold a copy for each.
      return isSameJson(Object.hasOwn(known, name) ? known[name] : undefined, own)
        ? known
        : adoptFields({ ...known, [name]: own }, '')
    },
  })
}

/** @throws TurnError `invalid_value` */
function ownObject(map: object): JsonObject {
  const own: unknown = frozenJson(map, '')
  if (isJsonObject(own)) return own
  throw new TurnError('invalid_value', `a value can be written into an object, not ${quote(map)}`, { field: '' })
}

/** The turn with a value in its data. @throws TurnError as the key's `write`, and as {@link createTurn} */
export function withData<T>(turn: Turn, key: DataKey<T>, value: T): Turn {
  const own = ownTurn(turn)
  const data = key.write(own.data, value)
  return data === own.data ? own : withOwnFacts(own, { data })
}

/** The turn without a value in its data. */
export function withoutData<T>(turn: Turn, key: DataKey<T>): Turn {
  const own = ownTurn(turn)
  if (!Object.hasOwn(own.data, key.name)) return own
  const { [key.name]: _, ...data } = own.data
  return withOwnFacts(own, { data: adoptFields(data, '') })
}

/** The turn with a value in its metadata. @throws TurnError as the key's `write`, and as {@link createTurn} */
export function withMetadata<T>(turn: Turn, key: DataKey<T>, value: T): Turn {
  const own = ownTurn(turn)
  const metadata = key.write(own.metadata, value)
  return metadata === own.metadata ? own : withOwnFacts(own, { metadata })
}
