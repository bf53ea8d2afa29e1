import type { Block } from './block.ts'
import { ownList } from './block-list.ts'
import { ownBlock } from './block-shape.ts'
import { quote, TurnError, toErrorData } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isJsonObject } from './json.ts'
import { emptyObject, ownJson } from './own-json.ts'
import { makeTurn, readTurn } from './own-turn.ts'
import { isRead, readFields, readItems } from './plain-fields.ts'
import { joinField } from './shape.ts'
import type { Turn } from './turn.ts'

/** What a stored turn's envelope says it is. */
const turnFormat = 'geppetto.turn'

/** The version of the data format that is written. Older ones are read for ever. */
const turnFormatVersion = 1

/** A turn as it is stored: a versioned envelope of plain data. */
export interface TurnEnvelope extends JsonObject {
  readonly format: typeof turnFormat
  readonly v: number
  readonly turn: JsonObject
}

/**
 * The turn as plain data in its envelope. Blocks of unknown kind are written as they were read.
 * @throws TurnError `invalid_turn` when it holds what could not be read back. A turn that is not sealed yet can be stored.
 */
export function encodeTurn(turn: Turn): TurnEnvelope {
  const { facts, problem, blocks: items } = readTurn(turn)
  if (facts === undefined || items === undefined)
    return refuse('the turn', problem?.field ?? 'blocks', problem?.message ?? 'there are none')
  const blocks = items.map((item, index) => {
    const { block, problem: inBlock } = ownBlock(item)
    if (block !== undefined) return encodeBlock(block)
    return refuse(`turn ${facts.id}`, joinField(`blocks[${index}]`, inBlock.field), inBlock.message)
  })
  return { format: turnFormat, v: turnFormatVersion, turn: { ...facts, blocks } }
}

function refuse(which: string, field: string, message: string): never {
  throw new TurnError('invalid_turn', `${which} cannot be stored: ${field}: ${message}`, { field })
}

/** The turn as JSON text, in its envelope. */
export function stringifyTurn(turn: Turn): string {
  return JSON.stringify(encodeTurn(turn))
}

/**
 * Reads a turn from plain data, of which it keeps a copy. Unknown fields stay on their objects, blocks of unknown kind stay as
 * `unknown` blocks, and both are written back unchanged. (The envelope itself has no room for more fields.)
 * @throws TurnError `invalid_stored_turn` naming the place, `unsupported_version` when it was written by a newer version.
 */
export function decodeTurn(stored: unknown): Turn {
  const envelope = requireFields(stored, 'envelope')
  if (envelope.format !== turnFormat)
    fail('format', `format must be ${turnFormat}, not ${quote(envelope.format)}: is this a stored turn?`)
  const version = requireVersion(envelope.v)
  if (version > turnFormatVersion)
    throw new TurnError(
      'unsupported_version',
      `the turn is stored in version ${version} of the format, and this package reads up to ${turnFormatVersion}: upgrade @geppetto/turns`,
      { field: 'v' },
    )
  const written = requireFields(envelope.turn, 'turn')
  const { blocks, ...facts } = written
  const { value: known, problem: notJson } = ownJson(facts, 'turn')
  if (notJson !== undefined) fail(notJson.field, notJson.message)
  const fields = requireObject(known, 'turn')
  const items = readItems(blocks)
  if (items === undefined) return fail('turn.blocks', `turn.blocks must be a list, not ${quote(blocks)}`)
  if (!isRead(items)) return fail('turn.blocks', `turn.blocks ${items.reason}`)
  requireText(fields.id, 'turn.id')
  if (fields.parentId !== undefined) requireText(fields.parentId, 'turn.parentId')
  requireNumber(fields.createdAt, 'turn.createdAt')
  const metadata = fields.metadata === undefined ? emptyObject : requireObject(fields.metadata, 'turn.metadata')
  const data = fields.data === undefined ? emptyObject : requireObject(fields.data, 'turn.data')
  const list = ownList(items.map((item, index) => decodeBlock(item, `turn.blocks[${index}]`)))
  // Fields of a later version of ours, or of somebody else's, stay; all keep their order.
  return makeTurn({ ...written, ...fields, blocks: [], metadata, data }, list)
}

/** Reads a turn from JSON text. @throws TurnError as {@link decodeTurn}, and `invalid_stored_turn` when it is not JSON. */
export function parseTurn(text: string): Turn {
  let stored: unknown
  try {
    stored = JSON.parse(text)
  } catch (cause) {
    throw new TurnError('invalid_stored_turn', `the stored turn is not JSON: ${toErrorData(cause).message}`, {
      field: 'text',
      cause,
    })
  }
  return decodeTurn(stored)
}

/** A block as plain data. */
export function encodeBlock(block: Block): JsonObject {
  // An unknown one goes back as it came.
  if (block.kind === 'unknown') return block.stored
  return requireObject(block, `block ${block.id}`)
}

const storedKinds: Readonly<Record<Exclude<Block['kind'], 'unknown'>, true>> = {
  system: true,
  user: true,
  assistant: true,
  reasoning: true,
  'tool-call': true,
  'tool-result': true,
  provider: true,
}

/**
 * Reads a block from plain data, of which it keeps a copy. `field` is its place in error messages.
 * @throws TurnError `invalid_stored_turn`
 */
export function decodeBlock(stored: unknown, field: string): Block {
  const { value, problem: notJson } = ownJson(stored, field)
  if (notJson !== undefined) fail(notJson.field, notJson.message)
  const data = requireObject(value, field)
  const id = requireText(data.id, `${field}.id`)
  const kind = requireText(data.kind, `${field}.kind`)
  const createdAt = typeof data.createdAt === 'number' ? data.createdAt : 0
  const { block, problem } = Object.hasOwn(storedKinds, kind)
    ? ownBlock(data.metadata === undefined ? { ...data, metadata: emptyObject } : data)
    : ownBlock({ kind: 'unknown', id, createdAt, metadata: emptyObject, stored: data })
  if (block !== undefined) return block
  const place = joinField(field, problem.field)
  return fail(place, `${place}: ${problem.message}`)
}

/** The fields of an object from outside, read without running code of its maker's. */
function requireFields(value: unknown, field: string): { readonly [name: string]: unknown } {
  const read = typeof value === 'object' && value !== null ? readFields(value) : undefined
  if (read === undefined) return fail(field, `${field} must be an object, not ${quote(value)}`)
  return isRead(read) ? Object.fromEntries(read) : fail(field + read.path, `${field}${read.path} ${read.reason}`)
}

function requireObject(value: unknown, field: string): JsonObject {
  if (isJsonObject(value)) return value
  return fail(field, `${field} must be an object, not ${quote(value)}`)
}

function requireText(value: unknown, field: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  return fail(field, `${field} must be a text that is not empty, not ${quote(value)}`)
}

function requireVersion(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value
  return fail('v', `v must be the number of the format's version, not ${quote(value)}`)
}

function requireNumber(value: unknown, field: string): number {
  if (typeof value === 'number') return value
  return fail(field, `${field} must be a number, not ${quote(value)}`)
}

function fail(field: string, message: string): never {
  throw new TurnError('invalid_stored_turn', message, { field })
}
