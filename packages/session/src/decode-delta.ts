import { type Block, decodeBlock, decodeTurn, isTurnError } from '@geppetto/turns'
import type { InheritedBlocks, TurnDelta } from './history.ts'
import { type RecordPlace, refuse, requireIndex, requireObject } from './stored-field.ts'

/** Reads a turn as it was stored: as a delta to the one before. @throws SessionError `invalid_stored_session` */
export function decodeDelta(place: RecordPlace, stored: unknown): TurnDelta {
  const { parts, ...facts } = requireObject(place, stored, 'turn')
  if (!Array.isArray(parts)) return refuse(place, 'turn.parts', 'turn.parts must be a list')
  const decoded = parts.map((part: unknown, index) => decodePart(place, part, `turn.parts[${index}]`))
  // The rules for a turn's own fields are those of a whole turn.
  const envelope = { format: 'geppetto.turn', v: 1, turn: { ...facts, blocks: [] } }
  const { blocks: _, ...turn } = inPlace(place, () => decodeTurn(envelope))
  return Object.freeze({ ...turn, parts: Object.freeze(decoded) })
}

function decodePart(place: RecordPlace, part: unknown, field: string): Block | InheritedBlocks {
  if (!Array.isArray(part)) return inPlace(place, () => decodeBlock(part, field))
  if (part.length !== 2) return refuse(place, field, `${field} must be a block, or a start and a count`)
  const start = requireIndex(place, part[0], `${field}[0]`)
  return Object.freeze([start, requireIndex(place, part[1], `${field}[1]`)] as const)
}

function inPlace<T>(place: RecordPlace, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!isTurnError(error)) throw error
    return refuse(place, error.field ?? 'turn', error.message, error)
  }
}
