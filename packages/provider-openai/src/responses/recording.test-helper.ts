import { objectsIn, textIn } from '@geppetto/engine'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { readRecordings as readAll } from '../recordings.test-helper.ts'
import type { Answer } from './play.test-helper.ts'

/** One recorded exchange. */
export interface Recording extends Answer {
  readonly name: string
  readonly model: string
  readonly status: number
  readonly request: JsonObject | undefined
  readonly expected: JsonObject
}

/** All recorded exchanges of Responses. */
export function readRecordings(): readonly Recording[] {
  return [...readAll('openai-responses').values()].map(({ name, request, response, expected }) => ({
    ...response,
    name,
    // Some tell only how the model called itself.
    model: textIn(request?.body, 'model') ?? textIn(expected, 'model') ?? 'unknown',
    request: request?.body,
    expected,
  }))
}

/** @param name the file's name without its ending. */
export function readRecording(name: string): Recording {
  const found = readRecordings().find((recording) => recording.name === name)
  if (found === undefined) throw new Error(`there is no recording ${name}`)
  return found
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
