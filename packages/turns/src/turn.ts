import type { Block } from './block.ts'
import { TurnError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { deepFreeze, emptyObject } from './json.ts'

/**
 * Everything that determines a request: the conversation so far as blocks, and data (inference config, tool definitions,
 * structured output). An immutable value.
 */
export interface Turn {
  readonly id: string
  /** The turn that this one follows. */
  readonly parentId?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly blocks: readonly Block[]
  /** Facts about this turn, such as the record of each provider call. A follow-up turn does not copy them. */
  readonly metadata: JsonObject
  /** What the request is made of beside the blocks. A follow-up turn copies it. */
  readonly data: JsonObject
}

/** What {@link createTurn} takes; all of it has a default. */
export type TurnFields = Partial<Turn>

/** Makes a turn. `id` and `createdAt` default to a random id and the machine's time; pass them to be deterministic. */
export function createTurn(fields: TurnFields = {}): Turn {
  return Object.freeze({
    id: fields.id ?? `turn_${crypto.randomUUID()}`,
    ...(fields.parentId === undefined ? undefined : { parentId: fields.parentId }),
    createdAt: fields.createdAt ?? Date.now(),
    blocks: Object.freeze([...(fields.blocks ?? [])]),
    metadata: deepFreeze(fields.metadata ?? emptyObject),
    data: deepFreeze(fields.data ?? emptyObject),
  })
}

/** The turn with other blocks. Everything else stays. */
export function withBlocks(turn: Turn, blocks: readonly Block[]): Turn {
  return Object.freeze({ ...turn, blocks: Object.freeze(Object.isFrozen(blocks) ? blocks : [...blocks]) })
}

/** The turn with more blocks at its end. */
export function appendBlocks(turn: Turn, ...blocks: readonly Block[]): Turn {
  return withBlocks(turn, [...turn.blocks, ...blocks])
}

/** The turn with `block` in place of the one that has the same id. @throws TurnError `no_such_block` */
export function replaceBlock(turn: Turn, block: Block): Turn {
  const index = turn.blocks.findIndex((candidate) => candidate.id === block.id)
  if (index < 0)
    throw new TurnError('no_such_block', `turn ${turn.id} has no block ${block.id} to replace: use appendBlocks`, {
      field: 'id',
    })
  return withBlocks(turn, turn.blocks.with(index, block))
}

/** The answer: the text of the assistant blocks after the last thing that the user or a tool said. Empty when there is none. */
export function assistantText(turn: Turn): string {
  let text = ''
  for (let index = turn.blocks.length - 1; index >= 0; index--) {
    const block = turn.blocks[index]
    if (block === undefined || block.kind === 'user' || block.kind === 'tool-result') break
    if (block.kind === 'assistant') text = block.text + text
  }
  return text
}
