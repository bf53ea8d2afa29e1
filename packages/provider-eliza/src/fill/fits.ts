import type { JsonObject } from '@geppetto/turns'
import { numberIn, textIn, typeOf } from './schema.ts'

/** Whether a number is one that the schema takes. */
export function fitsNumber(value: number, schema: JsonObject): boolean {
  if (typeOf(schema) === 'integer' && !Number.isInteger(value)) return false
  if (value < (numberIn(schema, 'minimum') ?? -Infinity)) return false
  if (value > (numberIn(schema, 'maximum') ?? Infinity)) return false
  if (value <= (numberIn(schema, 'exclusiveMinimum') ?? -Infinity)) return false
  if (value >= (numberIn(schema, 'exclusiveMaximum') ?? Infinity)) return false
  const step = numberIn(schema, 'multipleOf')
  return step === undefined || Math.abs(value / step - Math.round(value / step)) < 1e-9
}

/** Whether a text is one that the schema takes, its format left aside. */
export function fitsText(value: string, schema: JsonObject): boolean {
  // As JSON Schema counts: characters, not UTF-16 units.
  const length = [...value].length
  if (length < (numberIn(schema, 'minLength') ?? 0)) return false
  if (length > (numberIn(schema, 'maxLength') ?? Infinity)) return false
  return patternOf(schema)?.test(value) ?? true
}

/** The pattern of a schema; undefined when it has none, or one that this machine cannot read. */
export function patternOf(schema: JsonObject): RegExp | undefined {
  const pattern = textIn(schema, 'pattern')
  if (pattern === undefined) return undefined
  try {
    return new RegExp(pattern, 'u')
  } catch {
    // The tool's own validation decides then.
    return undefined
  }
}

/** Whether a list of so many items is one that the schema takes. */
export function fitsLength(length: number, schema: JsonObject): boolean {
  return length >= (numberIn(schema, 'minItems') ?? 0) && length <= (numberIn(schema, 'maxItems') ?? Infinity)
}
