import type { JsonObject, JsonValue } from '@geppetto/turns'
import { fitsNumber } from './fits.ts'
import { enumOf, fieldsOf, isList, maxDepth, numberIn, resolveSchema, textIn, typeOf } from './schema.ts'

/** Values of formats that say nothing. */
const ofFormat: Readonly<Record<string, string>> = {
  date: '1970-01-01',
  time: '00:00:00Z',
  'date-time': '1970-01-01T00:00:00Z',
  email: 'nobody@example.com',
  uri: 'https://example.com',
  url: 'https://example.com',
  uuid: '00000000-0000-0000-0000-000000000000',
  ipv4: '0.0.0.0',
  duration: 'PT0S',
}

/** The smallest value that a schema takes: its default or first choice where it has one, else nothing, zero or no. */
export function minimalValue(schema: JsonObject, root: JsonObject, text = '', depth = 0): JsonValue {
  const { default: preset, examples } = schema
  const given = preset ?? enumOf(schema)?.[0] ?? (isList(examples) ? examples[0] : undefined)
  if (given !== undefined) return given
  switch (typeOf(schema)) {
    case 'string':
    case 'any':
      return minimalText(schema, text)
    case 'number':
    case 'integer':
      return minimalNumber(schema)
    case 'boolean':
      return false
    case 'null':
      return null
    case 'array': {
      const length = depth > maxDepth ? 0 : (numberIn(schema, 'minItems') ?? 0)
      const items = resolveSchema(schema['items'], root)
      return Array.from({ length: Math.min(length, 100) }, () => minimalValue(items, root, text, depth + 1))
    }
    case 'object':
      if (depth > maxDepth) return {}
      return Object.fromEntries(
        fieldsOf(schema, root)
          .filter((field) => field.isRequired)
          .map((field): [string, JsonValue] => [field.name, minimalValue(field.schema, root, text, depth + 1)]),
      )
  }
}

/** A number that the schema takes: zero, or one near a limit. */
function minimalNumber(schema: JsonObject): number {
  const step = numberIn(schema, 'multipleOf') ?? 1
  const limits = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'].map(
    (name) => numberIn(schema, name) ?? 0,
  )
  const onStep = [0, ...limits].flatMap((limit) => [0, 1, -1].map((away) => (Math.round(limit / step) + away) * step))
  const low = numberIn(schema, 'exclusiveMinimum') ?? numberIn(schema, 'minimum') ?? 0
  const high = numberIn(schema, 'exclusiveMaximum') ?? numberIn(schema, 'maximum') ?? 0
  const candidates = [0, ...onStep, ...limits, (low + high) / 2]
  return candidates.find((candidate) => fitsNumber(candidate, schema)) ?? 0
}

function minimalText(schema: JsonObject, text: string): string {
  const sample = ofFormat[textIn(schema, 'format') ?? '']
  if (sample !== undefined) return sample
  const longest = numberIn(schema, 'maxLength') ?? Infinity
  const kept = [...text].length > longest ? [...text].slice(0, longest).join('') : text
  return kept.padEnd(Math.min(numberIn(schema, 'minLength') ?? 0, 10_000), '-')
}
