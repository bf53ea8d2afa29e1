import { followRootReference, isRecursiveSchema } from '@geppetto/engine'
import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/** What of a schema the API could not be told; undefined where it cannot be told at all. */
export type LoweredSchema =
  | { readonly schema: JsonObject; readonly weakened: readonly string[] }
  | { readonly schema: undefined; readonly reason: string }

const kept: ReadonlySet<string> = new Set([
  'type',
  'title',
  'description',
  'enum',
  'const',
  'required',
  '$ref',
  'default',
])
const formats: readonly JsonValue[] = [
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]

/** Thrown inside and caught here: a part that has no form in the API makes the whole have none. */
class Inexpressible extends Error {}

/**
 * A JSON Schema as structured output takes it: objects are closed, and what only narrows values is left out (the answer is checked against
 * the whole schema anyway).
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function lowerSchema(schema: JsonObject): LoweredSchema {
  const weakened: string[] = []
  try {
    const lowered = lower(followRootReference(schema) ?? schema, '#', weakened)
    if (lowered.type !== 'object') throw new Inexpressible('# is no object')
    if (isRecursiveSchema(lowered)) throw new Inexpressible('it refers to itself')
    return { schema: lowered, weakened }
  } catch (error) {
    if (error instanceof Inexpressible) return { schema: undefined, reason: error.message }
    throw error
  }
}

function lower(schema: JsonObject, path: string, weakened: string[]): JsonObject {
  const lowered: { [name: string]: JsonValue | undefined } = {}
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined) continue
    const at = `${path}/${name}`
    if (kept.has(name)) lowered[name] = value
    else if (name === 'properties' || name === '$defs' || name === 'definitions')
      lowered[name === 'definitions' ? '$defs' : name] = lowerEach(value, at, weakened)
    else if (name === 'items') lowered.items = lowerOne(value, at, weakened)
    else if (name === 'anyOf' || name === 'allOf') lowered[name] = lowerList(value, at, weakened)
    else if (name === 'oneOf') {
      weakened.push(`${at} is sent as anyOf`)
      lowered.anyOf = lowerList(value, at, weakened)
    } else if (name === 'format' && formats.includes(value)) lowered.format = value
    else if (name === 'minItems' && (value === 0 || value === 1)) lowered.minItems = value
    else if (name === 'additionalProperties') {
      if (isJsonObject(value) && Object.keys(value).length > 0) throw new Inexpressible(`${at} has names of any kind`)
    } else if (name !== '$schema' && name !== '$id' && name !== '$comment') weakened.push(`${at} is left out`)
  }
  if (typeof lowered.$ref === 'string') lowered.$ref = lowered.$ref.replace('#/definitions/', '#/$defs/')
  return isObjectType(lowered) ? closed(lowered, schema, path, weakened) : lowered
}

function isObjectType(schema: JsonObject): boolean {
  return schema.type === 'object' || schema.properties !== undefined
}

function closed(lowered: JsonObject, schema: JsonObject, path: string, weakened: string[]): JsonObject {
  if (schema.properties === undefined && schema.additionalProperties !== false)
    throw new Inexpressible(`${path} is an object of any kind`)
  if (schema.additionalProperties === true) weakened.push(`${path}/additionalProperties is sent as false`)
  return { ...lowered, additionalProperties: false }
}

function lowerOne(value: JsonValue, path: string, weakened: string[]): JsonObject {
  if (isJsonObject(value)) return lower(value, path, weakened)
  throw new Inexpressible(`${path} is no schema`)
}

function lowerList(value: JsonValue, path: string, weakened: string[]): readonly JsonObject[] {
  if (!Array.isArray(value)) throw new Inexpressible(`${path} is no list`)
  return value.map((item, index) => lowerOne(item, `${path}/${index}`, weakened))
}

function lowerEach(value: JsonValue, path: string, weakened: string[]): JsonObject {
  if (!isJsonObject(value)) throw new Inexpressible(`${path} is no object`)
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    lowerOne(item ?? null, `${path}/${name}`, weakened),
  ])
  return Object.fromEntries(entries)
}
