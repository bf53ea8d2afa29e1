import { maskTarget } from '@geppetto/engine'
import { isJsonObject, type JsonObject, quote } from '@geppetto/turns'
import { KeySource } from '../keys/key-source.ts'

/** What a value must be, for people: `a whole number of at least 1`. */
export function expectedBy(schema: JsonObject): string {
  const said = schema['x-expected']
  if (typeof said === 'string') return said
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(', ')}`
  switch (schema.type) {
    case 'integer':
      return `a whole number${rangeOf(schema)}`
    case 'number':
      return `a number${rangeOf(schema)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return schema.minLength === undefined ? 'a text' : 'a text that is not empty'
    case 'array':
      return isJsonObject(schema.items) ? `a list, each ${expectedBy(schema.items)}` : 'a list'
    case 'object':
      return isJsonObject(schema.properties)
        ? `an object of ${Object.keys(schema.properties).join(', ')}${eachOf(schema.properties)}`
        : 'an object'
    default:
      return 'JSON'
  }
}

/** What the fields of an object must be, where that is the same for all. */
function eachOf(properties: JsonObject): string {
  const all = new Set(Object.values(properties).map((inner) => (isJsonObject(inner) ? expectedBy(inner) : '')))
  const [first] = all
  return all.size === 1 && first ? `, each ${first}` : ''
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: JsonObject): string {
  const most = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  const least = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  if (least !== undefined) return ` of at least ${least}`
  if (typeof exclusiveMinimum === 'number') return ` above ${exclusiveMinimum}`
  return most === undefined ? '' : ` of at most ${most}`
}

/** What stands where an object must be: its text is not shown, as it is most often a key in the wrong place. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'nothing'
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`
}

/** A value that cannot be, for people: JSON has no word for some numbers. */
export function shownGiven(value: unknown): string {
  return typeof value === 'number' ? String(value) : quote(value)
}

/** What a text of the environment or the command line stands for. What it cannot stand for stays a text, and is refused as that. */
export function valueOfText(text: string, schema: JsonObject): unknown {
  switch (schema.type) {
    case 'integer':
    case 'number':
      // Number() alone would take an empty text and 0x10 too.
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text
    case 'boolean':
      return text.trim() === 'true' ? true : text.trim() === 'false' ? false : text
    case 'array':
      return isJsonText(text) ? jsonOf(text) : text.split(',').map((item) => item.trim())
    case 'object':
      return jsonOf(text)
    default:
      return text
  }
}

function isJsonText(text: string): boolean {
  return text.trim().startsWith('[')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused as the text that it is.
    return text
  }
}

/** A value as it may be shown: of an address without what is called a secret in its query, of a key where it is. */
export function shownValue(path: string, value: unknown): unknown {
  const isAddress = path.startsWith('api.base_url') && typeof value === 'string'
  return isAddress ? maskTarget({ address: value, headers: {} }).address : value
}

/** A value for people, in one line. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof KeySource) return value.toString()
  if (Array.isArray(value)) return value.map(showValue).join(', ')
  if (isJsonObject(value))
    return Object.entries(value)
      .map(([name, inner]) => `${name} ${showValue(inner)}`)
      .join(', ')
  return quote(value)
}
