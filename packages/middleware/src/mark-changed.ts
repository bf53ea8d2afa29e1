import { type Block, countCommonBlocks, isSameJson, type JsonObject, type Turn, withBlocks } from '@geppetto/turns'

/** Block metadata: the names of the middlewares that made or changed the block, oldest first. */
const changedByName = 'geppetto.changedBy'

/** The blocks that a middleware did not make: those of the turns that it was given, and of those that came back from the next. */
export class ForeignBlocks {
  readonly #lists: (readonly Block[])[] = []
  #all: Set<Block> | undefined

  add({ blocks }: Turn): void {
    // As it is now: whoever made the list may change it.
    this.#lists.push(Object.isFrozen(blocks) ? blocks : [...blocks])
    this.#all = undefined
  }

  /** Where the blocks begin that none of the turns began with. */
  startOfOthers(blocks: readonly Block[]): number {
    let start = 0
    for (const list of this.#lists) start = Math.max(start, countCommonBlocks(list, blocks))
    return start
  }

  has(block: Block): boolean {
    this.#all ??= new Set(this.#lists.flat())
    return this.#all.has(block)
  }

  /** The newest block with this id. */
  newest(id: string): Block | undefined {
    return this.#lists.flat().findLast((block) => block.id === id)
  }
}

/** The metadata of a block that the middleware of this name made. */
export function madeBy(name: string): JsonObject {
  return { [changedByName]: [name] }
}

/** The turn with the name written on every block that is not foreign. */
export function markChanged(turn: Turn, foreign: ForeignBlocks, name: string): Turn {
  const start = foreign.startOfOthers(turn.blocks)
  if (start === turn.blocks.length) return turn
  const others = turn.blocks.slice(start)
  const marked = others.map((block) => (foreign.has(block) ? block : mark(block, foreign, name)))
  if (marked.every((block, index) => block === others[index])) return turn
  return withBlocks(turn, [...turn.blocks.slice(0, start), ...marked])
}

function mark(block: Block, foreign: ForeignBlocks, name: string): Block {
  const names = changedBy(block)
  const isMarked = names.at(-1) === name
  const isStale = block.native !== undefined && saysOtherwise(block, foreign.newest(block.id))
  if (isMarked && !isStale) return block
  const metadata = isMarked ? block.metadata : { ...block.metadata, [changedByName]: [...names, name] }
  if (!isStale) return Object.freeze({ ...block, metadata: Object.freeze(metadata) })
  // The provider's own form says what the block said before: it must not go out in its place.
  const { native: _, ...rest } = block
  return Object.freeze({ ...rest, metadata: Object.freeze(metadata) })
}

/** Whether the block is another one's changed form, and not only in what does not go to the model. */
function saysOtherwise(block: Block, before: Block | undefined): boolean {
  return before !== undefined && !isSameJson(whatItSays(before), whatItSays(block))
}

function whatItSays(block: Block): Omit<Block, 'metadata' | 'native'> {
  const { metadata, native, ...said } = block
  return said
}

/** The names of the middlewares that made or changed the block, oldest first. */
export function changedBy(block: Block): readonly string[] {
  const value = block.metadata[changedByName]
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}
