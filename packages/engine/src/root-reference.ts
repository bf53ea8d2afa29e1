import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/**
 * A JSON Schema with what its top refers to in the place of the reference, as APIs ask for an object there and generators of schemas write a
 * `$ref`; undefined when it leads nowhere. What stands beside a reference holds too.
 */
export function followRootReference(schema: JsonObject): JsonObject | undefined {
  const seen = new Set<JsonValue | undefined>()
  let followed = schema
  while (followed['$ref'] !== undefined) {
    const { $ref, ...rest } = followed
    const target = seen.has($ref) ? undefined : targetOf(schema, $ref)
    if (target === undefined) return undefined
    seen.add($ref)
    followed = { ...rest, ...target, ...joined(rest, target) }
  }
  return followed
}

/** The properties and the required names of both. */
function joined(one: JsonObject, other: JsonObject): JsonObject {
  const [mine, theirs] = [one['properties'], other['properties']]
  const [needed, more] = [one['required'], other['required']]
  return {
    ...(isJsonObject(mine) && isJsonObject(theirs) ? { properties: { ...theirs, ...mine } } : undefined),
    ...(Array.isArray(needed) && Array.isArray(more) ? { required: [...new Set([...needed, ...more])] } : undefined),
  }
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function targetOf(schema: JsonObject, reference: JsonValue | undefined): JsonObject | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined
  let place: JsonValue | undefined = schema
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    place = isJsonObject(place) && Object.hasOwn(place, name) ? place[name] : undefined
  }
  return isJsonObject(place) ? place : undefined
}
