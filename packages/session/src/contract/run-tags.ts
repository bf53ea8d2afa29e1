import { findNonJson, isJsonObject, quote } from '@geppetto/turns'
import { SessionError } from './session-error.ts'
import type { StartOptions } from './start-options.ts'

/** The tags of a run, as a copy that nobody can change. @throws SessionError `invalid_options` when they are no texts: what a store has of them could not be read */
export function readTags(tags: unknown): StartOptions['tags'] {
  if (tags === undefined) return undefined
  if (!isJsonObject(tags)) throw refusal('tags', `tags must be an object of texts, not ${quote(tags)}`)
  const read: [string, string][] = []
  for (const [name, tag] of Object.entries(tags)) {
    if (typeof tag === 'string') read.push([name, tag])
    else if (tag !== undefined) throw refusal(`tags.${name}`, `tags.${name} must be a text, not ${quote(tag)}`)
  }
  // Such as a Map, of which nothing would be left.
  const problem = findNonJson(tags, 'tags')
  if (problem !== undefined) throw refusal('tags', problem)
  return Object.freeze(Object.fromEntries(read))
}

function refusal(field: string, message: string): SessionError {
  return new SessionError('invalid_options', message, { field })
}
