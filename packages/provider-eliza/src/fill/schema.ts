import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { splitName } from '../language/stem.ts'

export type SchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null' | 'any'

/** A parameter of a tool, or a field of an object. */
export interface Field {
  readonly name: string
  /** The words of its name, lower case. */
  readonly words: readonly string[]
  readonly description: string
  readonly schema: JsonObject
  readonly isRequired: boolean
}

/** A schema may refer to itself; so deep nobody speaks. */
export const maxDepth = 6

/** A schema without detours: references followed, `allOf` merged, the first branch of `anyOf` and `oneOf` that is not null. */
export function resolveSchema(schema: JsonValue | undefined, root: JsonObject, depth = 0): JsonObject {
  if (!isJsonObject(schema) || depth > maxDepth) return {}
  const { $ref, allOf, anyOf, oneOf, ...own } = schema
  if (typeof $ref === 'string') return { ...resolveSchema(lookUp($ref, root), root, depth + 1), ...own }
  if (isList(allOf))
    return allOf.reduce<JsonObject>((all, part) => merge(all, resolveSchema(part, root, depth + 1)), own)
  const choices = isList(anyOf) ? anyOf : isList(oneOf) ? oneOf : undefined
  if (choices === undefined) return own
  const branches = choices
    .map((branch) => resolveSchema(branch, root, depth + 1))
    .filter((one) => typeOf(one) !== 'null')
  const values = branches.map(enumOf)
  if (branches.length > 0 && values.every((list) => list !== undefined)) return { ...own, enum: values.flat() }
  return { ...branches[0], ...own }
}

function lookUp(reference: string, root: JsonObject): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined
  let place: JsonValue | undefined = root
  for (const step of reference.split('/').slice(1)) {
    if (!isJsonObject(place)) return undefined
    place = place[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return place
}

function merge(one: JsonObject, other: JsonObject): JsonObject {
  const properties = { ...objectIn(one, 'properties'), ...objectIn(other, 'properties') }
  const required = [...listIn(one, 'required'), ...listIn(other, 'required')]
  return { ...one, ...other, ...(Object.keys(properties).length > 0 ? { properties, required } : undefined) }
}

/** What a schema's values are; of several types the first that is not null. */
export function typeOf(schema: JsonObject): SchemaType {
  const { type } = schema
  const first: JsonValue | undefined = isList(type) ? type.find((one) => one !== 'null') : type
  switch (first) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'array':
    case 'object':
    case 'null':
      return first
    default:
      return isJsonObject(schema['properties']) ? 'object' : schema['items'] === undefined ? 'any' : 'array'
  }
}

/** The only values that a schema takes, where it lists them. */
export function enumOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if (schema['const'] !== undefined) return [schema['const']]
  const { enum: values } = schema
  return isList(values) ? values : undefined
}

/** The fields of an object's schema, those that are required first. */
export function fieldsOf(schema: JsonObject, root: JsonObject): readonly Field[] {
  const required = new Set(listIn(schema, 'required'))
  const fields = Object.entries(objectIn(schema, 'properties')).map(([name, property]) => {
    const resolved = resolveSchema(property, root)
    const { description } = resolved
    return {
      name,
      words: splitName(name),
      description: typeof description === 'string' ? description : '',
      schema: resolved,
      isRequired: required.has(name),
    }
  })
  return fields.sort((one, other) => Number(other.isRequired) - Number(one.isRequired))
}

/** The number under a keyword of a schema. */
export function numberIn(schema: JsonObject, keyword: string): number | undefined {
  const value = schema[keyword]
  return typeof value === 'number' ? value : undefined
}

/** The text under a keyword of a schema. */
export function textIn(schema: JsonObject, keyword: string): string | undefined {
  const value = schema[keyword]
  return typeof value === 'string' ? value : undefined
}

function objectIn(schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword]
  return isJsonObject(value) ? value : {}
}

function listIn(schema: JsonObject, keyword: string): readonly JsonValue[] {
  const value = schema[keyword]
  return isList(value) ? value : []
}

/** `Array.isArray`, which forgets that a list may be read-only. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
