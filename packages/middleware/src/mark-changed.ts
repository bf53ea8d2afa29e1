import { type Block, countCommonBlocks, type Turn, withBlocks } from '@geppetto/turns'

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
    return Math.max(0, ...this.#lists.map((list) => countCommonBlocks(list, blocks)))
  }

  has(block: Block): boolean {
    this.#all ??= new Set(this.#lists.flat())
    return this.#all.has(block)
  }
}

/** The turn with the name written on every block that is not foreign. */
export function markChanged(turn: Turn, foreign: ForeignBlocks, name: string): Turn {
  const start = foreign.startOfOthers(turn.blocks)
  const others = turn.blocks.slice(start)
  const marked = others.map((block) => (foreign.has(block) ? block : mark(block, name)))
  if (marked.every((block, index) => block === others[index])) return turn
  return withBlocks(turn, [...turn.blocks.slice(0, start), ...marked])
}

function mark(block: Block, name: string): Block {
  const before = changedBy(block)
  if (before.at(-1) === name) return block
  return Object.freeze({ ...block, metadata: Object.freeze({ ...block.metadata, [changedByName]: [...before, name] }) })
}

/** The names of the middlewares that made or changed the block, oldest first. */
export function changedBy(block: Block): readonly string[] {
  const value = block.metadata[changedByName]
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}
