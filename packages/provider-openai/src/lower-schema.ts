import { followRootReference, unsupported } from '@geppetto/engine'
import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from '@geppetto/turns'
import { withModernReferences } from './modern-references.ts'
import { closeForStrict } from './strict-schema.ts'

/** A schema as the API takes it. */
export interface LoweredSchema {
  readonly schema: JsonObject
  /** Whether the API can hold the model to it. */
  readonly strict: boolean
  /** What it no longer asks for; checked all the same by whoever reads the result. */
  readonly weakened: readonly string[]
}

/** A tool's schema: strict where it can be without a change of what it says. */
export function lowerToolSchema(schema: JsonObject): LoweredSchema {
  const root = lowerRoot(followRoot(withModernReferences(schema)))
  if (root.weakened.length > 0) return { ...root, strict: false }
  const strict = closeForStrict(root.schema, false)
  return strict.obstacle === undefined
    ? { schema: strict.schema, strict: true, weakened: [] }
    : { ...root, strict: false }
}

/** The schema of an answer: strict where it can be, if with less in it; undefined where the answer is no object, as the API has no other. */
export function lowerAnswerSchema(schema: JsonObject): LoweredSchema | undefined {
  const followed = followRoot(withModernReferences(schema))
  if (!isOfObject(followed)) return undefined
  const root = lowerRoot(followed)
  const { schema: closed, obstacle, weakened } = closeForStrict(root.schema, true)
  if (obstacle === undefined) return { schema: closed, strict: true, weakened: [...root.weakened, ...weakened] }
  return { ...root, strict: false, weakened: [...root.weakened, `the form is not enforced: ${obstacle}`] }
}

/** Whether what fits the schema is an object, as far as its top tells. */
export function isOfObject({ type, anyOf, oneOf, enum: values, const: value }: JsonObject): boolean {
  if (type !== undefined) return type === 'object'
  if (value !== undefined) return isJsonObject(value)
  if (Array.isArray(values)) return values.every(isJsonObject)
  const choices = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  return choices.every((choice) => isJsonObject(choice) && isOfObject(choice))
}

/** The schema with what its top refers to in its place: the API asks for an object there. @throws EngineError `unsupported` when it leads nowhere. */
function followRoot(schema: JsonObject): JsonObject {
  const followed = followRootReference(schema)
  if (followed === undefined)
    throw unsupported(`the $ref at the top of a schema leads nowhere: ${JSON.stringify(schema['$ref'])}`)
  return followed
}

/** The API asks for an object at the top, and for no choice there: the alternatives become one object that allows each. */
function lowerRoot(schema: JsonObject): { readonly schema: JsonObject; readonly weakened: readonly string[] } {
  const { anyOf, oneOf, allOf, not, enum: values, ...rest } = schema
  const weakened: string[] = []
  for (const [keyword, value] of Object.entries({ allOf, not, enum: values }))
    if (value !== undefined) weakened.push(`${keyword} at the top is left out`)
  const choices = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isJsonObject)
  if (choices.length === 0 && weakened.length === 0 && rest.type === 'object') return { schema, weakened }
  if (choices.length > 0) weakened.push('the choice at the top is one object that allows each')
  else if (rest.type !== 'object') weakened.push('the top is an object')
  const merged = mergeObjects([rest, ...choices], choices)
  return { schema: { ...rest, ...merged, type: 'object' }, weakened }
}

/** The properties of all, and as required what each alternative requires. */
function mergeObjects(objects: readonly JsonObject[], choices: readonly JsonObject[]): JsonObject {
  const properties = new Map<string, JsonValue[]>()
  for (const object of objects)
    for (const [name, value] of Object.entries(isJsonObject(object.properties) ? object.properties : {})) {
      const known = properties.get(name) ?? []
      if (value !== undefined && !known.some((other) => isSameJson(other, value))) known.push(value)
      properties.set(name, known)
    }
  const [root, ...others] = objects.map((object) => new Set(Array.isArray(object.required) ? object.required : []))
  const always = [...(others[0] ?? [])].filter((name) => others.every((required) => required.has(name)))
  const required = [...new Set([...(root ?? []), ...(choices.length === 0 ? [] : always)])]
  return {
    properties: Object.fromEntries(
      [...properties].map(([name, [only, ...more]]) => [
        name,
        more.length === 0 ? only : { anyOf: [only ?? {}, ...more] },
      ]),
    ),
    ...(required.length === 0 ? undefined : { required }),
  }
}
