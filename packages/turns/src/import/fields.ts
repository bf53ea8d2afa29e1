import { ownJson } from '../own-json.ts'
import { isWatched, namesIn, peek } from './reading.ts'

/** An object from outside: any field may be missing or of another type. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (isWatched(value)) return toFields(value)
  try {
    return { ...value }
  } catch {
    // A getter or a proxy that throws: there is nothing to read.
    return undefined
  }
}

function toFields(value: object): Fields {
  // True of every object that is no list: its fields may be anything.
  return value as Fields
}

/** A text; a value of another type does not count as read. */
export function textIn(fields: Fields | undefined, name: string): string | undefined {
  return typeof peek(fields, name) === 'string' ? String(fields?.[name]) : undefined
}

/** A value that is one of those that are known; another does not count as read. */
export function choiceIn<T extends string | boolean>(
  fields: Fields | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = peek(fields, name)
  const choice = choices.find((known) => known === value)
  // It is understood, and so it is read.
  return choice === undefined || fields?.[name] === undefined ? undefined : choice
}

/** A text that is not empty; another does not count as read. */
export function filledIn(fields: Fields | undefined, name: string): string | undefined {
  const value = peek(fields, name)
  return typeof value === 'string' && value.trim() !== '' ? textIn(fields, name) : undefined
}

export function fieldsIn(fields: Fields | undefined, name: string): Fields | undefined {
  const value = peek(fields, name)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? fieldsOf(fields?.[name]) : undefined
}

export function listIn(fields: Fields | undefined, name: string): readonly unknown[] | undefined {
  const value: unknown = Array.isArray(peek(fields, name)) ? fields?.[name] : undefined
  return Array.isArray(value) ? value : undefined
}

/** The fields but some, which do not count as read. */
export function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(
    namesIn(fields)
      .filter((name) => !names.includes(name))
      .map((name) => [name, fields[name]]),
  )
}

/** A value as JSON text; empty where there is none, or JSON cannot hold it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(ownJson(value, 'value').value) ?? ''
}
