import type { Block } from './block.ts'
import { quote, TurnError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { deepFreeze, emptyObject, findNonJson, isJsonObject } from './json.ts'
import type { Turn } from './turn.ts'
import { findBlockProblem } from './validate.ts'

/** What a stored turn's envelope says it is. */
export const turnFormat = 'geppetto.turn'

/** The version of the data format that is written. Older ones are read for ever. */
export const turnFormatVersion = 1

/** A turn as it is stored: a versioned envelope of plain data. */
export interface TurnEnvelope extends JsonObject {
  readonly format: typeof turnFormat
  readonly v: number
  readonly turn: JsonObject
}

/** The turn as plain data in its envelope. Blocks of unknown kind are written as they were read. */
export function encodeTurn(turn: Turn): TurnEnvelope {
  const problem = findNonJson({ ...turn }, 'turn')
  if (problem !== undefined)
    throw new TurnError('invalid_turn', `turn ${turn.id} cannot be stored: ${problem}`, { field: 'turn' })
  return {
    format: turnFormat,
    v: turnFormatVersion,
    turn: { ...turn, metadata: turn.metadata, data: turn.data, blocks: turn.blocks.map(encodeBlock) },
  }
}

/** The turn as JSON text, in its envelope. */
export function stringifyTurn(turn: Turn): string {
  return JSON.stringify(encodeTurn(turn))
}

/**
 * Reads a turn from plain data. Unknown fields stay on their objects, blocks of unknown kind stay as `unknown` blocks, and both are written back unchanged.
 * @throws TurnError `invalid_stored_turn` naming the place, `unsupported_version` when it was written by a newer version.
 */
export function decodeTurn(stored: unknown): Turn {
  const envelope = requireObject(stored, 'envelope')
  if (envelope.format !== turnFormat)
    fail('format', `format must be ${turnFormat}, not ${quote(envelope.format)}: is this a stored turn?`)
  if (typeof envelope.v !== 'number')
    fail('v', `v must be the number of the format's version, not ${quote(envelope.v)}`)
  if (envelope.v !== turnFormatVersion)
    throw new TurnError(
      'unsupported_version',
      `the turn is stored in version ${envelope.v} of the format, and this package reads up to ${turnFormatVersion}: upgrade @geppetto/turns`,
      { field: 'v' },
    )
  const { parentId, blocks, ...rest } = requireObject(envelope.turn, 'turn')
  if (!Array.isArray(blocks)) fail('turn.blocks', `turn.blocks must be a list, not ${quote(blocks)}`)
  return deepFreeze<Turn>({
    // Fields of a later version of ours, or of somebody else's, stay.
    ...rest,
    id: requireText(rest.id, 'turn.id'),
    ...(parentId === undefined ? undefined : { parentId: requireText(parentId, 'turn.parentId') }),
    createdAt: requireNumber(rest.createdAt, 'turn.createdAt'),
    blocks: blocks.map((block, index) => decodeBlock(block, `turn.blocks[${index}]`)),
    metadata: rest.metadata === undefined ? emptyObject : requireObject(rest.metadata, 'turn.metadata'),
    data: rest.data === undefined ? emptyObject : requireObject(rest.data, 'turn.data'),
  })
}

/** Reads a turn from JSON text. @throws TurnError as {@link decodeTurn}, and `invalid_stored_turn` when it is not JSON. */
export function parseTurn(text: string): Turn {
  let stored: unknown
  try {
    stored = JSON.parse(text)
  } catch (cause) {
    throw new TurnError(
      'invalid_stored_turn',
      `the stored turn is not JSON: ${cause instanceof Error ? cause.message : ''}`,
      {
        field: 'text',
        cause,
      },
    )
  }
  return decodeTurn(stored)
}

/** A block as plain data. */
export function encodeBlock(block: Block): JsonObject {
  // An unknown one goes back as it came.
  if (block.kind === 'unknown') return block.stored
  return requireObject(block, `block ${block.id}`)
}

const knownKinds: ReadonlySet<unknown> = new Set<Block['kind']>([
  'system',
  'user',
  'assistant',
  'reasoning',
  'tool-call',
  'tool-result',
  'provider',
])

/** Reads a block from plain data. `field` is its place in error messages. @throws TurnError `invalid_stored_turn` */
export function decodeBlock(stored: unknown, field: string): Block {
  const block = requireObject(stored, field)
  const id = requireText(block.id, `${field}.id`)
  requireText(block.kind, `${field}.kind`)
  const decoded: unknown = block.metadata === undefined ? { ...block, metadata: emptyObject } : block
  if (!isOfKnownKind(decoded))
    return deepFreeze({
      kind: 'unknown',
      id,
      createdAt: typeof block.createdAt === 'number' ? block.createdAt : 0,
      metadata: emptyObject,
      stored: block,
    })
  const problem = findBlockProblem(decoded)
  if (problem !== undefined) fail(`${field}.${problem.field}`, `${field}.${problem.field}: ${problem.message}`)
  return deepFreeze(decoded)
}

/** The block's kind is one that findBlockProblem knows; whether it holds what the kind promises, that function says. */
function isOfKnownKind(block: unknown): block is Block {
  return isJsonObject(block) && knownKinds.has(block.kind)
}

function requireObject(value: unknown, field: string): JsonObject {
  if (isJsonObject(value)) return value
  return fail(field, `${field} must be an object, not ${quote(value)}`)
}

function requireText(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  return fail(field, `${field} must be a text, not ${quote(value)}`)
}

function requireNumber(value: unknown, field: string): number {
  if (typeof value === 'number') return value
  return fail(field, `${field} must be a number, not ${quote(value)}`)
}

function fail(field: string, message: string): never {
  throw new TurnError('invalid_stored_turn', message, { field })
}
