import { adoptFields, frozenJson, isSameJson, type JsonObject, type JsonValue } from '@geppetto/turns'

/** What became of the fields of an object. */
export interface FieldPatch {
  readonly set?: JsonObject
  readonly removed?: readonly string[]
  /** Lists that went on: what was added at their ends. */
  readonly grown?: { readonly [name: string]: readonly JsonValue[] }
}

/** What makes `after` of `before`; undefined where they are the same. */
export function diffFields(before: JsonObject, after: JsonObject): FieldPatch | undefined {
  if (before === after || hasSameFields(before, after)) return undefined
  const set: [string, JsonValue][] = []
  const grown: [string, readonly JsonValue[]][] = []
  for (const [name, value] of Object.entries(after)) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined
    if (value === undefined || isSameJson(known, value)) continue
    const added = addedTo(known, value)
    if (added === undefined) set.push([name, value])
    else grown.push([name, added])
  }
  const removed = Object.keys(before).filter((name) => before[name] !== undefined && !hasField(after, name))
  if (set.length === 0 && grown.length === 0 && removed.length === 0) return undefined
  const patch: FieldPatch = {
    ...(set.length > 0 && { set: adoptFields(Object.fromEntries(set), 'set') }),
    ...(removed.length > 0 && { removed: frozenJson(removed, 'removed') }),
    ...(grown.length > 0 && { grown: frozenJson(Object.fromEntries(grown), 'grown') }),
  }
  return adoptFields(patch, 'patch')
}

/** Whether they plainly are the same, as nearly always. */
function hasSameFields(before: JsonObject, after: JsonObject): boolean {
  const names = Object.keys(after)
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => Object.hasOwn(before, name) && before[name] === after[name])
  )
}

function hasField(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined
}

/** What the list `value` has behind all of `known`; undefined where it is no longer list that begins with it. */
function addedTo(known: JsonValue | undefined, value: JsonValue): readonly JsonValue[] | undefined {
  if (!isList(known) || !isList(value) || known.length === 0 || value.length <= known.length) return undefined
  return known.every((item, index) => isSameJson(item, value[index])) ? value.slice(known.length) : undefined
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** The object that the patches make, one after the other. */
export function applyPatches(patches: readonly FieldPatch[]): JsonObject {
  const fields = new Map<string, JsonValue | undefined>()
  /** Lists that grow are copied once, however often they grow. */
  const growing = new Map<string, JsonValue[]>()
  for (const { set = {}, removed = [], grown = {} } of patches) {
    for (const name of removed) fields.delete(name)
    for (const [name, value] of Object.entries(set)) {
      fields.set(name, value)
      growing.delete(name)
    }
    for (const [name, items] of Object.entries(grown)) {
      const known = fields.get(name)
      const list = growing.get(name) ?? (isList(known) ? [...known] : [])
      for (const item of items) list.push(item)
      growing.set(name, list)
      fields.set(name, list)
    }
  }
  return Object.fromEntries(fields)
}

/** Whether a patch leaves a list under that name; undefined where it does not speak of it. */
export function leavesList({ set = {}, removed = [], grown = {} }: FieldPatch, name: string): boolean | undefined {
  if (Object.hasOwn(grown, name)) return true
  if (Object.hasOwn(set, name)) return isList(set[name])
  return removed.includes(name) ? false : undefined
}
