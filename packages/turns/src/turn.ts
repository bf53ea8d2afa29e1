import type { Block } from './block.ts'
import { countCommonBlocks, growList, ownList } from './block-list.ts'
import { TurnError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { emptyObject } from './own-json.ts'
import { isOwnTurn, makeNewTurn, ownTurn, remakeTurn, viewedTurn } from './own-turn.ts'
import { isRead, readFields } from './plain-fields.ts'

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

/**
 * Makes a turn. `id` and `createdAt` default to a random id and the machine's time; pass them to be deterministic. What was not made by
 * this package (blocks made by hand, metadata, data) is copied, and the caller's own stays changeable.
 * @throws TurnError `invalid_turn` when a field is not what it should be, `invalid_block` when a block is not. Whether the blocks fit
 * together is asked by {@link validateTurn}.
 */
export function createTurn(fields: TurnFields = {}): Turn {
  const { id, parentId, createdAt, blocks = [], metadata = emptyObject, data = emptyObject } = plainly(fields)
  const own = id ?? `turn_${crypto.randomUUID()}`
  const facts = { createdAt: createdAt ?? Date.now(), blocks: [], metadata, data }
  return makeNewTurn(parentId === undefined ? { id: own, ...facts } : { id: own, parentId, ...facts }, ownList(blocks))
}

/** The fields, read without running code of their maker's. */
function plainly(fields: TurnFields): TurnFields {
  const read = readFields(fields)
  if (isRead(read)) return Object.fromEntries(read)
  throw new TurnError('invalid_turn', `a turn cannot be made: ${read.path.slice(1)} ${read.reason}`, {
    field: read.path.slice(1),
  })
}

/** The turn with other blocks. Everything else stays. @throws TurnError as {@link createTurn} */
export function withBlocks(turn: Turn, blocks: readonly Block[]): Turn {
  return remakeTurn(turn, (before) => ownList(blocks, before))
}

/**
 * The turn with its blocks in a list that was made here, where another made it: nobody can change that, and what it has in common with
 * the blocks of `before` need not be looked at again.
 * @internal For the packages of the family, where a turn comes back from code that is not theirs. Others have no use for it.
 */
export function withOwnList(turn: Turn, before: Turn): Turn {
  return ownTurn(turn, before.blocks)
}

/**
 * A further state of the turn: with the blocks, metadata and data of `made`. Everything else stays.
 * @throws TurnError as {@link createTurn}
 * @internal For the packages of the family, where a turn comes back from whoever went on with it.
 */
export function furtherState(turn: Turn, made: Turn): Turn {
  if (isOwnTurn(made) && isStateOf(turn, made)) return made
  const { blocks, metadata = emptyObject, data = emptyObject } = made
  const list = Array.isArray(blocks) ? withBlocks(turn, blocks).blocks : ownList(blocks)
  return makeNewTurn({ ...turn, metadata, data, blocks: [] }, list)
}

/** What makes a state of a turn, as against another turn. */
const stateNames: ReadonlySet<string> = new Set(['blocks', 'metadata', 'data'] satisfies (keyof Turn)[])

function isStateOf(turn: Turn, made: Turn): boolean {
  const names = Object.keys(made)
  const isSame = (name: string): boolean => stateNames.has(name) || Reflect.get(turn, name) === Reflect.get(made, name)
  return names.length === Object.keys(turn).length && names.every(isSame) && viewedTurn(made) === undefined
}

/** The turn with more blocks at its end. @throws TurnError as {@link createTurn} */
export function appendBlocks(turn: Turn, ...blocks: readonly Block[]): Turn {
  return blocks.length === 0 ? ownTurn(turn) : remakeTurn(turn, (before) => growList(before, blocks))
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

/** The ids of the blocks of `before` that `after` lacks. */
export function missingBlocks(before: Turn, after: Turn): readonly string[] {
  if (countCommonBlocks(before.blocks, after.blocks) === before.blocks.length) return []
  const present = new Set(after.blocks.map((block) => block.id))
  return before.blocks.map((block) => block.id).filter((id) => !present.has(id))
}
