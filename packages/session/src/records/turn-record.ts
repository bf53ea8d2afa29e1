import {
  adoptFields,
  type Block,
  decodeBlock,
  encodeBlock,
  frozenJson,
  isJsonObject,
  isTurnError,
  type JsonObject,
} from '@geppetto/turns'
import {
  type RecordPlace,
  refuse,
  requireIndex,
  requireObject,
  requireText,
  requireTexts,
  requireTime,
} from '../contract/stored-field.ts'
import type { BlockPart } from './block-parts.ts'
import type { FieldPatch } from './field-patch.ts'
import type { TurnChange } from './turn-change.ts'

/** A change as plain data; `encode` makes that of a block. */
export function encodeChange(
  { parts, ...facts }: TurnChange,
  encode: (block: Block) => JsonObject = encodeBlock,
): object {
  const encoded = parts.map((part) => ('kind' in part ? encode(part) : part))
  return adoptFields({ ...facts, parts: adoptFields(encoded, 'turn.parts') }, 'turn')
}

/** Reads what became of a turn: kept as it is stored, where that is plain data of our own. @throws SessionError `invalid_stored_session` */
export function decodeChange(place: RecordPlace, stored: unknown): TurnChange {
  const change = inPlace(place, () => frozenJson(requireObject(place, stored, 'turn'), 'turn'))
  const { id, after, fields, data, metadata } = change
  requireText(place, id, 'turn.id')
  const isNew = after !== undefined
  if (isNew && after !== null) requireText(place, after, 'turn.after')
  const parts = decodeParts(place, change.parts)
  if (isNew || fields !== undefined) checkFacts(place, fields, isNew)
  if (data !== undefined) checkPatch(place, data, 'turn.data')
  if (metadata !== undefined) checkPatch(place, metadata, 'turn.metadata')
  const decoded: object = parts === change.parts ? change : Object.freeze({ ...change, parts })
  return isChange(decoded) ? decoded : refuse(place, 'turn', 'turn is no change')
}

/** Its fields were just looked at. */
function isChange(change: object): change is TurnChange {
  return 'parts' in change
}

/** The list itself, where all blocks in it are what they are stored as. */
function decodeParts(place: RecordPlace, stored: unknown): readonly BlockPart[] {
  if (!Array.isArray(stored)) return refuse(place, 'turn.parts', 'turn.parts must be a list')
  const parts: readonly unknown[] = stored
  let decoded: BlockPart[] | undefined
  for (const [index, part] of parts.entries()) {
    const block = decodePart(place, part, index)
    if (block === part) continue
    // A block of a kind that nobody knows, say.
    decoded ??= [...stored]
    decoded[index] = block
  }
  return decoded === undefined ? stored : Object.freeze(decoded)
}

function decodePart(place: RecordPlace, part: unknown, index: number): BlockPart {
  if (!Array.isArray(part)) return inPlace(place, () => decodeBlock(part, `turn.parts[${index}]`))
  const field = `turn.parts[${index}]`
  if (part.length !== 2) return refuse(place, field, `${field} must be a block, or a start and a count`)
  requireIndex(place, part[0], `${field}[0]`)
  requireIndex(place, part[1], `${field}[1]`)
  return isStretch(part) ? part : refuse(place, field, `${field} must be a start and a count`)
}

/** Both were just looked at. */
function isStretch(part: readonly unknown[]): part is readonly [number, number] {
  return part.length === 2
}

/** The fields with places of their own in a change. */
const elsewhere: ReadonlySet<string> = new Set(['id', 'blocks', 'data', 'metadata'])

/** The rules for a turn's own fields are those of a whole turn. */
function checkFacts(place: RecordPlace, stored: unknown, isNew: boolean): void {
  const { set = {}, removed = [], grown = {} } = checkPatch(place, stored, 'turn.fields')
  const field = (name: string) => `turn.fields.set.${name}`
  for (const names of [Object.keys(set), removed, Object.keys(grown)])
    for (const name of names)
      if (elsewhere.has(name)) refuse(place, 'turn.fields', `turn.fields must not speak of ${name}`)
  if (isNew || set.createdAt !== undefined) requireTime(place, set.createdAt, field('createdAt'))
  if (set.parentId !== undefined) requireText(place, set.parentId, field('parentId'))
  if (removed.includes('createdAt')) refuse(place, 'turn.fields.removed', 'turn.fields.removed must not have createdAt')
}

function checkPatch(place: RecordPlace, stored: unknown, field: string): FieldPatch {
  const patch = requireObject(place, stored, field)
  const { set, removed, grown } = patch
  if (set !== undefined) requireObject(place, set, `${field}.set`)
  if (removed !== undefined) requireTexts(place, removed, `${field}.removed`)
  if (grown !== undefined)
    for (const [name, list] of Object.entries(requireObject(place, grown, `${field}.grown`)))
      if (!Array.isArray(list)) refuse(place, `${field}.grown.${name}`, `${field}.grown.${name} must be a list`)
  return isPatch(patch) ? patch : refuse(place, field, `${field} is no patch`)
}

/** Its fields were just looked at. */
function isPatch(patch: JsonObject): patch is JsonObject & FieldPatch {
  return isJsonObject(patch)
}

function inPlace<T>(place: RecordPlace, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!isTurnError(error)) throw error
    return refuse(place, error.field ?? 'turn', error.message, error)
  }
}
