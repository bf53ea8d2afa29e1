import { type Block, type Turn, withBlocks } from '@geppetto/turns'

/** Block metadata: the names of the middlewares that made or changed the block, oldest first. */
const changedByName = 'geppetto.changedBy'

/** The turn with the name written on every block that is not among `known`. */
export function markChanged(turn: Turn, known: ReadonlySet<Block>, name: string): Turn {
  if (turn.blocks.every((block) => known.has(block))) return turn
  return withBlocks(
    turn,
    turn.blocks.map((block) => (known.has(block) ? block : mark(block, name))),
  )
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
