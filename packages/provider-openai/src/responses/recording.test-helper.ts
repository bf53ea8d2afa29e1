import { readdirSync, readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { numberIn, objectIn, objectsIn, textIn } from '../json.ts'

const folder = new URL('../../../testing/recordings/openai-responses/', import.meta.url)

/** One recorded exchange. */
export interface Recording {
  readonly name: string
  readonly model: string
  readonly request: JsonObject | undefined
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly expected: JsonObject
}

/** All recorded exchanges of Responses. */
export function readRecordings(): readonly Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readRecording(file.slice(0, -'.json'.length)))
}

/** @param name the file's name without its ending. */
export function readRecording(name: string): Recording {
  const file: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  const response = objectIn(file, 'response')
  const expected = objectIn(file, 'expected')
  if (response === undefined || expected === undefined) throw new Error(`${name} is no recording`)
  return {
    name,
    model: textIn(file, 'model') ?? '',
    request: objectIn(objectIn(file, 'request'), 'body'),
    status: numberIn(response, 'status') ?? 0,
    contentType: textIn(response, 'contentType') ?? '',
    body: textIn(response, 'body') ?? '',
    expected,
  }
}

/** The input items of a recorded request; a text alone is what a user says. */
export function inputOf(request: JsonObject): readonly JsonObject[] {
  return typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : objectsIn(request, 'input')
}

/** JSON that must be an object. */
export function parseBody(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (!isJsonObject(value)) throw new Error('the body is no object')
  return value
}
