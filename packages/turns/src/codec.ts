import type { Block } from './block.ts'
import { ownList } from './block-list.ts'
import { findBlockProblem, freezeBlock } from './block-shape.ts'
import { quote, TurnError, toErrorData } from './errors.ts'
import type { JsonObject } from './json.ts'
import { emptyObject, freezeJson, isJsonObject } from './json.ts'
import { joinField } from './shape.ts'
import type { Turn } from './turn.ts'
import { findTurnProblem } from './validate.ts'
import { withoutMark } from './view.ts'

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
  const problem = findTurnProblem(turn)
  if (problem !== undefined) refuse(turn, problem.field, problem.message)
  const blocks = turn.blocks.map((block, index) => {
    const inBlock = findBlockProblem(block)
    if (inBlock !== undefined) refuse(turn, joinField(`blocks[${index}]`, inBlock.field), inBlock.message)
    return encodeBlock(block)
  })
  return { format: turnFormat, v: turnFormatVersion, turn: { ...withoutMark(turn), blocks } }
}

function refuse(turn: Turn, field: string, message: string): never {
  throw new TurnError('invalid_turn', `turn ${turn.id} cannot be stored: ${field}: ${message}`, { field })
}

/** The turn as JSON text, in its envelope. */
export function stringifyTurn(turn: Turn): string {
  return JSON.stringify(encodeTurn(turn))
}

/**
 * Reads a turn from plain data, which is frozen in place. Unknown fields stay on their objects, blocks of unknown kind stay as
 * `unknown` blocks, and both are written back unchanged. (The envelope itself has no room for more fields.)
 * @throws TurnError `invalid_stored_turn` naming the place, `unsupported_version` when it was written by a newer version.
 */
export function decodeTurn(stored: unknown): Turn {
  const envelope = requireObject(stored, 'envelope')
  if (envelope.format !== turnFormat)
    fail('format', `format must be ${turnFormat}, not ${quote(envelope.format)}: is this a stored turn?`)
  const version = requireVersion(envelope.v)
  if (version > turnFormatVersion)
    throw new TurnError(
      'unsupported_version',
      `the turn is stored in version ${version} of the format, and this package reads up to ${turnFormatVersion}: upgrade @geppetto/turns`,
      { field: 'v' },
    )
  const fields = requireObject(envelope.turn, 'turn')
  const { parentId, blocks } = fields
  const notJson = freezeJson({ ...fields, blocks: undefined }, 'turn')
  if (notJson !== undefined) fail(notJson.field, notJson.message)
  if (!Array.isArray(blocks)) fail('turn.blocks', `turn.blocks must be a list, not ${quote(blocks)}`)
  return Object.freeze<Turn>({
    // Fields of a later version of ours, or of somebody else's, stay; all keep their order.
    ...fields,
    id: requireText(fields.id, 'turn.id'),
    ...(parentId === undefined ? undefined : { parentId: requireText(parentId, 'turn.parentId') }),
    createdAt: requireNumber(fields.createdAt, 'turn.createdAt'),
    blocks: ownList(blocks.map((block, index) => decodeBlock(block, `turn.blocks[${index}]`))),
    metadata: fields.metadata === undefined ? emptyObject : requireObject(fields.metadata, 'turn.metadata'),
    data: fields.data === undefined ? emptyObject : requireObject(fields.data, 'turn.data'),
  })
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
 * Reads a block from plain data, which is frozen in place. `field` is its place in error messages.
 * @throws TurnError `invalid_stored_turn`
 */
export function decodeBlock(stored: unknown, field: string): Block {
  const block = requireObject(stored, field)
  const id = requireText(block.id, `${field}.id`)
  const kind = requireText(block.kind, `${field}.kind`)
  const { createdAt } = block
  if (!Object.hasOwn(storedKinds, kind)) {
    const notJson = freezeJson(block, field)
    if (notJson !== undefined) fail(notJson.field, notJson.message)
    const time = typeof createdAt === 'number' ? createdAt : 0
    return Object.freeze({ kind: 'unknown', id, createdAt: time, metadata: emptyObject, stored: block })
  }
  const decoded: unknown = block.metadata === undefined ? { ...block, metadata: emptyObject } : block
  assertBlock(decoded, field)
  return decoded
}

function assertBlock(block: unknown, field: string): asserts block is Block {
  const problem = freezeBlock(block)
  if (problem === undefined) return
  const place = joinField(field, problem.field)
  fail(place, `${place}: ${problem.message}`)
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
