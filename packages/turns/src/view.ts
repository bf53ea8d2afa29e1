import type { Block } from './block.ts'
import { countCommonBlocks, findBlockIndex, ownList } from './block-list.ts'
import { isSameJson } from './json.ts'
import type { Turn } from './turn.ts'
import { appendBlocks, withBlocks } from './turn.ts'

/** Where a view keeps the turn that it is a view of. A symbol survives a spread and stays out of JSON. */
const fullTurn: unique symbol = Symbol.for('geppetto.view-of')

interface View extends Turn {
  readonly [fullTurn]?: Turn | undefined
}

/**
 * A turn to send in place of `turn`: with fewer, other or summarised blocks, while the whole is kept. What comes back for it is
 * rebased on the full turn: see {@link rebaseView}.
 */
export function withView(turn: Turn, blocks: readonly Block[]): Turn {
  // Not made from the turn's own list: that goes on, and the view does not.
  const view: View = { ...turn, blocks: ownList(blocks), [fullTurn]: turn }
  return Object.freeze(view)
}

/** The full turn that `turn` is a view of, or undefined when it is no view. */
export function viewedTurn(turn: Turn): Turn | undefined {
  return markOf(turn)
}

function markOf(turn: View): Turn | undefined {
  return turn[fullTurn]
}

/**
 * Puts what came back for a view onto the full turn: blocks that are new follow the full turn's, a block that replaces one under
 * the same id takes its place, and what was made for the view alone (a summary, say) is left out. Metadata and data are the
 * result's. Doing it twice gives the same as once. Returns `result` itself when `sent` is no view.
 */
export function rebaseView(sent: Turn, result: Turn): Turn {
  const full = viewedTurn(sent)
  if (full === undefined) return result
  const shown = new Map(sent.blocks.map((block) => [block.id, block]))
  const replaced = new Map<number, Block>()
  const added: Block[] = []
  for (const block of result.blocks.slice(countCommonBlocks(sent.blocks, result.blocks))) {
    const index = findBlockIndex(full.blocks, block.id)
    const before = shown.get(block.id)
    if (index < 0 && before === undefined) added.push(block)
    // Unchanged since it was sent: the view's shortened form must not replace the full one. By value: an engine may copy blocks.
    if (index >= 0 && !isSameJson(block, before)) replaced.set(index, block)
  }
  const kept = replaced.size === 0 ? full.blocks : full.blocks.map((block, index) => replaced.get(index) ?? block)
  const facts = { ...withoutMark(result), blocks: full.blocks }
  const fuller = viewedTurn(full)
  // The full turn may itself be a view of a still fuller one: that mark stays.
  const marked: View = fuller === undefined ? facts : { ...facts, [fullTurn]: fuller }
  return appendBlocks(withBlocks(marked, kept), ...added)
}

/** The turn's own fields alone: a view without what it is a view of. */
export function withoutMark(turn: Turn): Turn {
  const { [fullTurn]: _, ...facts }: View = turn
  return facts
}
