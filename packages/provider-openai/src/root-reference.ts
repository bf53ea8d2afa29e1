import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { unsupported } from './report.ts'

/** The schema with what its top refers to in its place: the API asks for an object there. @throws EngineError `unsupported` when it leads nowhere. */
export function followRoot(schema: JsonObject): JsonObject {
  const seen = new Set<JsonValue | undefined>()
  let followed = schema
  while (followed['$ref'] !== undefined) {
    const { $ref, ...rest } = followed
    const target = seen.has($ref) ? undefined : targetOf(schema, $ref)
    if (target === undefined)
      throw unsupported(`the $ref at the top of a schema leads nowhere: ${JSON.stringify($ref)}`)
    seen.add($ref)
    followed = { ...rest, ...target, ...joined(rest, target) }
  }
  return followed
}

/** What stands beside a reference holds too. */
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
