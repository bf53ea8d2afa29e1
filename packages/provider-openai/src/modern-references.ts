import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

const older = '#/definitions/'

/** The schema with its parts where strict mode looks for them: older generators keep them under `definitions`. */
export function withModernReferences(schema: JsonObject): JsonObject {
  const { definitions, ...rest } = schema
  if (!isJsonObject(definitions)) return schema
  const $defs = { ...definitions, ...(isJsonObject(rest.$defs) ? rest.$defs : undefined) }
  return moved({ ...rest, $defs })
}

function moved(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, movedIn(name, value)]))
}

function movedIn(name: string, value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => (isJsonObject(item) ? moved(item) : item))
  if (isJsonObject(value)) return moved(value)
  const isOlder = name === '$ref' && typeof value === 'string' && value.startsWith(older)
  return isOlder ? `#/$defs/${value.slice(older.length)}` : value
}
