import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/** Whether a JSON Schema refers to itself, at any depth: not every API can hold a model to one. References out of the schema count as leading nowhere. */
export function isRecursiveSchema(schema: JsonObject): boolean {
  return leadsBack(schema, schema, ['#'], new Set())
}

/** @param within the references that were followed to come here. @param done those that lead to no circle. */
function leadsBack(
  root: JsonObject,
  value: JsonValue | undefined,
  within: readonly string[],
  done: Set<string>,
): boolean {
  if (Array.isArray(value)) return value.some((item) => leadsBack(root, item, within, done))
  if (!isJsonObject(value)) return false
  const { $ref: reference } = value
  if (typeof reference === 'string' && !done.has(reference)) {
    if (within.includes(reference)) return true
    if (leadsBack(root, targetOf(root, reference), [...within, reference], done)) return true
    done.add(reference)
  }
  return Object.values(value).some((inner) => leadsBack(root, inner, within, done))
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function targetOf(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#/')) return undefined
  let place: JsonValue | undefined = root
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    place = isJsonObject(place) && Object.hasOwn(place, name) ? place[name] : undefined
  }
  return place
}
