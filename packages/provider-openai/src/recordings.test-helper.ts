import { readdirSync, readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '@geppetto/turns'

/** One recorded exchange, as far as the tests here look at it. */
export interface Recording {
  readonly name: string
  readonly request: { readonly path: string; readonly body: JsonObject } | null
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly expected: JsonObject
}

const folder = new URL('../../testing/recordings/', import.meta.url)

/** The recordings of an API, by name. */
export function readRecordings(api: string): ReadonlyMap<string, Recording> {
  const files = readdirSync(new URL(`${api}/`, folder)).filter((file) => file.endsWith('.json'))
  return new Map(
    files.map((file) => {
      const name = file.replace(/\.json$/, '')
      // True by the recordings' own check, which the testing package runs.
      const recording = JSON.parse(readFileSync(new URL(`${api}/${file}`, folder), 'utf8')) as Omit<Recording, 'name'>
      return [name, { ...recording, name }]
    }),
  )
}

/** The field `name` of a recorded value. */
export function field(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined
}
