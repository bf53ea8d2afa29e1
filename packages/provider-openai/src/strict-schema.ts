import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas

/** Keywords that strict mode knows. */
const known: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', '$ref', '$defs'],
  ...['pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'description', 'title', '$schema'],
])
/** Keywords that only tell about the value. */
const annotations: ReadonlySet<string> = new Set([
  ...['default', 'examples', '$comment', '$id', '$anchor', 'deprecated', 'readOnly', 'writeOnly'],
  ...['contentEncoding', 'contentMediaType'],
])
const formats: ReadonlySet<string> = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
])

/** A schema in strict form, or why it has none. */
export interface StrictSchema {
  readonly schema: JsonObject
  readonly obstacle?: string
  /** What was left out of it. */
  readonly weakened: readonly string[]
}

/**
 * Closes the objects of a schema, as strict mode asks.
 * @param mayWeaken whether keywords that it does not know may be left out; otherwise they are an obstacle.
 */
export function closeForStrict(schema: JsonObject, mayWeaken: boolean): StrictSchema {
  const walk = new StrictWalk(mayWeaken)
  const closed = walk.close(schema, '')
  const { obstacle, weakened } = walk
  return { schema: closed, weakened, ...(obstacle === undefined ? undefined : { obstacle }) }
}

class StrictWalk {
  readonly weakened: string[] = []
  readonly #mayWeaken: boolean
  obstacle: string | undefined

  constructor(mayWeaken: boolean) {
    this.#mayWeaken = mayWeaken
  }

  close(schema: JsonObject, path: string): JsonObject {
    const closed: Record<string, JsonValue | undefined> = {}
    for (const [keyword, value] of Object.entries(schema)) {
      // Where the alternatives exclude each other, as those of a union do, it is the same.
      if (keyword === 'oneOf' && schema.anyOf === undefined && this.#mayWeaken) closed.anyOf = this.#within(value, path)
      else if (this.#isKnown(keyword, value)) closed[keyword] = this.#closeKeyword(keyword, value, path)
      else if (!annotations.has(keyword)) this.#leaveOut(keyword, path)
    }
    return schema.type === 'object' || schema.properties !== undefined ? this.#closeObject(closed, path) : closed
  }

  #closeKeyword(keyword: string, value: JsonValue | undefined, path: string): JsonValue | undefined {
    if (keyword === 'properties' || keyword === '$defs') return this.#closeEach(value, path)
    if (keyword === 'items' || keyword === 'anyOf') return this.#within(value, path)
    return value
  }

  #within(value: JsonValue | undefined, path: string): JsonValue | undefined {
    if (Array.isArray(value)) return value.map((item) => (isJsonObject(item) ? this.close(item, path) : item))
    return isJsonObject(value) ? this.close(value, path) : value
  }

  #closeEach(value: JsonValue | undefined, path: string): JsonValue | undefined {
    if (!isJsonObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        isJsonObject(inner) ? this.close(inner, `${path}.${name}`) : inner,
      ]),
    )
  }

  #closeObject(schema: JsonObject, path: string): JsonObject {
    const { additionalProperties, properties = {}, required } = schema
    if (additionalProperties !== undefined && additionalProperties !== false)
      this.obstacle ??= `${path || 'the top'} may have any properties`
    const names = isJsonObject(properties) ? Object.keys(properties) : []
    const optional = names.find((name) => !(Array.isArray(required) && required.includes(name)))
    if (optional !== undefined) this.obstacle ??= `${path}.${optional} is optional`
    return { ...schema, properties, required: required ?? [], additionalProperties: false }
  }

  #isKnown(keyword: string, value: JsonValue | undefined): boolean {
    return keyword === 'format' ? typeof value === 'string' && formats.has(value) : known.has(keyword)
  }

  #leaveOut(keyword: string, path: string): void {
    const what = `${keyword} of ${path || 'the top'}`
    if (this.#mayWeaken) this.weakened.push(`${what} is left out`)
    else this.obstacle ??= `${what} is not known to strict mode`
  }
}
