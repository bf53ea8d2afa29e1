import {
  type Block,
  decodeBlock,
  encodeBlock,
  frozenJson,
  isTurnError,
  type JsonObject,
  type JsonValue,
} from '@geppetto/turns'
import type { BlockPart } from './block-parts.ts'
import type { FieldPatch } from './field-patch.ts'
import {
  type RecordPlace,
  refuse,
  requireIndex,
  requireObject,
  requireText,
  requireTexts,
  requireTime,
} from './stored-field.ts'
import type { TurnChange } from './turn-change.ts'

/** A change as plain data; `encode` makes that of a block. */
export function encodeChange(
  { parts, ...facts }: TurnChange,
  encode: (block: Block) => JsonObject = encodeBlock,
): object {
  return { ...facts, parts: parts.map((part) => ('kind' in part ? encode(part) : part)) }
}

/** Reads what became of a turn. @throws SessionError `invalid_stored_session` */
export function decodeChange(place: RecordPlace, stored: unknown): TurnChange {
  const { id, after, parts, fields, data, metadata } = requireObject(place, stored, 'turn')
  if (!Array.isArray(parts)) return refuse(place, 'turn.parts', 'turn.parts must be a list')
  const isNew = after !== undefined
  return Object.freeze({
    id: requireText(place, id, 'turn.id'),
    ...(isNew && { after: after === null ? null : requireText(place, after, 'turn.after') }),
    parts: Object.freeze(parts.map((part: unknown, index) => decodePart(place, part, `turn.parts[${index}]`))),
    ...((isNew || fields !== undefined) && { fields: decodeFacts(place, fields, isNew) }),
    ...(data !== undefined && { data: decodePatch(place, data, 'turn.data') }),
    ...(metadata !== undefined && { metadata: decodePatch(place, metadata, 'turn.metadata') }),
  })
}

function decodePart(place: RecordPlace, part: unknown, field: string): BlockPart {
  if (!Array.isArray(part)) return inPlace(place, () => decodeBlock(part, field))
  if (part.length !== 2) return refuse(place, field, `${field} must be a block, or a start and a count`)
  const start = requireIndex(place, part[0], `${field}[0]`)
  return Object.freeze([start, requireIndex(place, part[1], `${field}[1]`)] as const)
}

/** The fields with places of their own in a change. */
const elsewhere = ['id', 'blocks', 'data', 'metadata']

/** The rules for a turn's own fields are those of a whole turn. */
function decodeFacts(place: RecordPlace, stored: unknown, isNew: boolean): FieldPatch {
  const patch = decodePatch(place, stored, 'turn.fields')
  const { set = {}, removed = [], grown = {} } = patch
  const field = (name: string) => `turn.fields.set.${name}`
  const misplaced = [...Object.keys(set), ...removed, ...Object.keys(grown)].find((name) => elsewhere.includes(name))
  if (misplaced !== undefined) refuse(place, 'turn.fields', `turn.fields must not speak of ${misplaced}`)
  if (isNew || set.createdAt !== undefined) requireTime(place, set.createdAt, field('createdAt'))
  if (set.parentId !== undefined) requireText(place, set.parentId, field('parentId'))
  if (removed.includes('createdAt')) refuse(place, 'turn.fields.removed', 'turn.fields.removed must not have createdAt')
  return patch
}

function decodePatch(place: RecordPlace, stored: unknown, field: string): FieldPatch {
  const { set, removed, grown } = requireObject(place, stored, field)
  return {
    ...(set !== undefined && { set: ownFields(place, requireObject(place, set, `${field}.set`), `${field}.set`) }),
    ...(removed !== undefined && { removed: requireTexts(place, removed, `${field}.removed`) }),
    ...(grown !== undefined && { grown: requireLists(place, grown, `${field}.grown`) }),
  }
}

function requireLists(place: RecordPlace, value: unknown, field: string): { readonly [name: string]: JsonValue[] } {
  const lists = Object.entries(requireObject(place, value, field)).map(([name, list]): [string, JsonValue[]] =>
    Array.isArray(list)
      ? [name, own(place, list, `${field}.${name}`)]
      : refuse(place, `${field}.${name}`, `${field}.${name} must be a list`),
  )
  return Object.fromEntries(lists)
}

function ownFields(place: RecordPlace, fields: JsonObject, field: string): JsonObject {
  const owned = Object.entries(fields).map(([name, value]) => [name, own(place, value, `${field}.${name}`)])
  return Object.freeze(Object.fromEntries(owned))
}

/** Made ours once, so that the states that have it share it. */
function own<T>(place: RecordPlace, value: T, field: string): T {
  return typeof value === 'string' || Number.isFinite(value) ? value : inPlace(place, () => frozenJson(value, field))
}

function inPlace<T>(place: RecordPlace, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!isTurnError(error)) throw error
    return refuse(place, error.field ?? 'turn', error.message, error)
  }
}
