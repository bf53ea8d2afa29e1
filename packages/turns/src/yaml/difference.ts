import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from '../json.ts'

/** What one object has and another has not, field by field; what is in `payload` on its own. */
export interface Difference extends JsonObject {
  readonly fields?: JsonObject
  readonly without?: readonly string[]
  readonly payload?: Difference
}

/** What makes `to` of `from`; undefined where they are the same. */
export function differenceOf(from: JsonObject, to: JsonObject): Difference | undefined {
  const inner =
    isJsonObject(from.payload) && isJsonObject(to.payload) ? differenceOf(from.payload, to.payload) : undefined
  const names = Object.keys(to).filter((name) => to[name] !== undefined && !isSameJson(own(from, name), to[name]))
  const changed = names.filter((name) => inner === undefined || name !== 'payload')
  const without = Object.keys(from).filter((name) => from[name] !== undefined && own(to, name) === undefined)
  if (names.length === 0 && without.length === 0) return undefined
  return {
    ...(changed.length === 0 ? undefined : { fields: pick(to, changed) }),
    ...(without.length === 0 ? undefined : { without }),
    ...(inner === undefined ? undefined : { payload: inner }),
  }
}

/** The object with a difference made to it. Whatever else is in `difference` is passed over. */
export function withDifference(from: JsonObject, difference: JsonValue | undefined): JsonObject {
  if (!isJsonObject(difference)) return from
  const { fields, without, payload } = difference
  const names: readonly unknown[] = Array.isArray(without) ? without : []
  const kept = pick(
    from,
    Object.keys(from).filter((name) => !names.includes(name)),
  )
  const changed = isJsonObject(fields) ? joined(kept, fields) : kept
  if (payload === undefined || !isJsonObject(changed.payload)) return changed
  return joined(changed, { payload: withDifference(changed.payload, payload) })
}

/** The fields of both; those of `more` win, and stand where they stood. */
export function joined(fields: JsonObject, more: JsonObject): JsonObject {
  return Object.fromEntries([...Object.entries(fields), ...Object.entries(more)])
}

/** The fields but some. */
export function without(fields: JsonObject, ...names: readonly string[]): JsonObject {
  return pick(
    fields,
    Object.keys(fields).filter((name) => !names.includes(name)),
  )
}

function pick(fields: JsonObject, names: readonly string[]): JsonObject {
  // By definition, so that a field named __proto__ is one.
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}

function own(fields: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
