import { isJsonObject, type JsonObject } from '@geppetto/turns'

/** The request's fields with those that the program gives for this API: they win; an object is joined with ours, one level deep. */
export function withExtra(fields: JsonObject, extra: JsonObject): JsonObject {
  const joined: { [name: string]: JsonObject[string] } = { ...fields }
  for (const [name, value] of Object.entries(extra)) {
    const ours = joined[name]
    joined[name] = isJsonObject(ours) && isJsonObject(value) ? { ...ours, ...value } : value
  }
  return joined
}
