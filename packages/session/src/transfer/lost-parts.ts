import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { withoutMedia } from '../store/blobs.ts'
import type { Imported } from './imported-lines.ts'
import { refuseLine } from './session-lines.ts'

/** @throws SessionError `invalid_import` saying what of the session was lost before it was exported */
export function refuseLosses({ end }: Pick<Imported, 'end'>): void {
  if (end === undefined) return
  const { blobs, fromRecord } = end.losses
  const refuse = (what: string): never =>
    refuseLine(end.line, `it is not all of the session: ${what}: pass { allowChanges: true } to import it without`)
  if (fromRecord !== undefined)
    refuse(`record ${fromRecord} was damaged when it was exported, and it and all behind it is left out`)
  if (blobs.length > 0) refuse(`of its media, ${blobs.join(', ')} were missing or damaged when it was exported`)
}

/** In place of media that the store had lost, a text that says so: the rest of a session can be read, and go on. */
export function fillHoles(imported: Imported): void {
  const lost = new Set(imported.end?.losses.blobs)
  for (const { hash } of imported.blobs) lost.delete(hash)
  if (lost.size === 0) return
  const fill = (part: JsonObject): JsonObject => withoutMedia(part, lost)
  imported.records = imported.records.map((record) => mapBlocks(record, fill))
  imported.events = imported.events.map((stored) => ({ ...stored, event: fill(stored.event) }))
}

function mapBlocks(record: JsonObject, change: (block: JsonObject) => JsonObject): JsonObject {
  const { said, turn } = record
  if (isJsonObject(said)) return { ...record, said: change(said) }
  if (!isJsonObject(turn) || !Array.isArray(turn.parts)) return record
  const parts: readonly JsonValue[] = turn.parts
  return { ...record, turn: { ...turn, parts: parts.map((part) => (isJsonObject(part) ? change(part) : part)) } }
}
