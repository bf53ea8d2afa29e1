import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { isSessionError } from '../contract/session-error.ts'
import type { StoredRecord } from '../contract/store.ts'
import { type RecordPlace, refuse } from '../contract/stored-field.ts'
import { restoreBlobs } from '../store/blobs.ts'

/** The blocks of a stored record: those of a turn, and what a user said whose prompt waits. */
export function blocksInRecord(stored: unknown): readonly JsonObject[] {
  if (!isJsonObject(stored)) return []
  const { said } = stored
  return isJsonObject(said) ? [said] : partsOf(stored).filter(isJsonObject)
}

/** The record with the media that it refers to. @throws SessionError `invalid_stored_session` naming record and hash */
export async function withBlobs(
  stored: StoredRecord,
  readBlob: (hash: string) => Promise<string>,
  place: RecordPlace,
): Promise<StoredRecord> {
  const restore = async (block: JsonObject, field: string): Promise<JsonObject> => {
    try {
      return await restoreBlobs(block, readBlob)
    } catch (error) {
      if (!isSessionError(error) || error.code !== 'invalid_stored_session') throw error
      return refuse(place, `${field}.content`, error.message, error)
    }
  }
  const { said, turn } = stored
  if (isJsonObject(said)) return { ...stored, said: await restore(said, 'said') }
  if (!isJsonObject(turn)) return stored
  const parts: JsonValue[] = []
  for (const [index, part] of partsOf(stored).entries())
    parts.push(isJsonObject(part) ? await restore(part, `turn.parts[${index}]`) : part)
  return { ...stored, turn: { ...turn, parts } }
}

function partsOf({ turn }: JsonObject): readonly JsonValue[] {
  return isJsonObject(turn) && Array.isArray(turn.parts) ? turn.parts : []
}
