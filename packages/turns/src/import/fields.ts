import { ownJson } from '../own-json.ts'

/** An object from outside: any field may be missing or of another type. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  try {
    return { ...value }
  } catch {
    // A getter or a proxy that throws: there is nothing to read.
    return undefined
  }
}

export function textIn(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name]
  return typeof value === 'string' ? value : undefined
}

/** A text that is not empty. */
export function filledIn(fields: Fields | undefined, name: string): string | undefined {
  const text = textIn(fields, name)
  return text?.trim() === '' ? undefined : text
}

export function fieldsIn(fields: Fields | undefined, name: string): Fields | undefined {
  return fieldsOf(fields?.[name])
}

export function listIn(fields: Fields | undefined, name: string): readonly unknown[] | undefined {
  const value: unknown = fields?.[name]
  return Array.isArray(value) ? value : undefined
}

/** The fields but some. */
export function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

/** A value as JSON text; empty where there is none, or JSON cannot hold it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(ownJson(value, 'value').value) ?? ''
}
