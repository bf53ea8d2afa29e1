import type { Block } from './block.ts'
import { countCommonBlocks, findBlockIndex, viewList } from './block-list.ts'
import { isSameJson } from './json.ts'
import { makeTurn, ownTurn, viewedTurn } from './own-turn.ts'
import type { Turn } from './turn.ts'
import { appendBlocks, withBlocks } from './turn.ts'

/**
 * A turn to send in place of `turn`: with fewer, other or summarised blocks, while the whole is kept. What comes back for it is
 * rebased on the full turn: see {@link rebaseView}.
 */
export function withView(turn: Turn, blocks: readonly Block[]): Turn {
  const full = ownTurn(turn)
  return makeTurn(full, viewList(full.blocks, blocks), full)
}

/**
 * The turn as it is, and a view of none: itself where it was made here and is no view.
 * @throws TurnError as `createTurn`
 * @internal For the session, whose history has no views.
 */
export function withoutView(turn: Turn): Turn {
  const own = ownTurn(turn)
  return viewedTurn(own) === undefined ? own : makeTurn(own, own.blocks)
}

/**
 * Puts what came back for a view onto the full turn: blocks that are new follow the full turn's, a block that replaces one under
 * the same id takes its place, and what was made for the view alone (a summary, say) is left out. Metadata and data are the
 * result's. Doing it twice gives the same as once. Returns `result` itself when `sent` is no view.
 */
export function rebaseView(sent: Turn, result: Turn): Turn {
  const full = viewedTurn(sent)
  if (full === undefined) return result
  const returned = ownTurn(result, sent.blocks)
  const replaced = new Map<number, Block>()
  const added: Block[] = []
  for (const block of returned.blocks.slice(countCommonBlocks(sent.blocks, returned.blocks))) {
    const index = findBlockIndex(full.blocks, block.id)
    const before = sent.blocks[findBlockIndex(sent.blocks, block.id)]
    if (index < 0 && before === undefined) added.push(block)
    // Unchanged since it was sent: the view's shortened form must not replace the full one. By value: an engine may copy blocks.
    if (index >= 0 && !isSameJson(block, before)) replaced.set(index, block)
  }
  const kept = replaced.size === 0 ? full.blocks : full.blocks.map((block, index) => replaced.get(index) ?? block)
  // The full turn may itself be a view of a still fuller one: that mark stays.
  const marked = makeTurn(returned, full.blocks, viewedTurn(full))
  return appendBlocks(withBlocks(marked, kept), ...added)
}
