import type { SQLOutputValue } from 'node:sqlite'
import { isJsonObject, type JsonObject, parseJson, toErrorData } from '@geppetto/turns'

/** A row of a result, by the names of its columns. */
export type Row = Readonly<Record<string, SQLOutputValue>>

export function numberField(row: Row | undefined, name: string): number {
  const value = row?.[name]
  return typeof value === 'number' ? value : fail(name, 'no number')
}

export function textField(row: Row, name: string): string {
  const value = row[name]
  return typeof value === 'string' ? value : fail(name, 'no text')
}

export function bytesField(row: Row, name: string): Uint8Array {
  const value = row[name]
  return value instanceof Uint8Array ? value : fail(name, 'no bytes')
}

/** Text that was kept as JSON. */
export function wordField(row: Row, name: string): string {
  const value = parsed(textField(row, name), name)
  return typeof value === 'string' ? value : fail(name, 'no JSON text')
}

export function objectField(row: Row, name: string): JsonObject {
  return parseObject(textField(row, name), name)
}

/** The object of a text that was kept as JSON. @throws Damage */
export function parseObject(text: string, name: string): JsonObject {
  const value = parsed(text, name)
  return isJsonObject(value) ? value : fail(name, 'no JSON object')
}

function parsed(text: string, name: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    return fail(name, `no JSON: ${toErrorData(error).message}`)
  }
}

function fail(name: string, what: string): never {
  throw new Damage(name, what)
}

/** What is in the file is not what was written. Whoever knows which file, session and record it is makes a `SessionError` of it: `storeFailure`. */
export class Damage extends Error {
  constructor(name: string, what: string) {
    super(`${name} is ${what}`)
  }
}
