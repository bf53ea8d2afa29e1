import { type Event, foldEvents } from '@geppetto/events'
import {
  type AssistantBlock,
  type Block,
  countCommonBlocks,
  findBlockIndex,
  type ReasoningBlock,
  type Turn,
  validateTurn,
  withBlocks,
} from '@geppetto/turns'

/**
 * The turn with the text that sinks saw of it and that it lacks, as of an attempt that a middleware made again without a word: marked as
 * cut off, in front of what followed it. Text that an event rolled back is gone, and so is what was said for another turn.
 */
export function withSeenText(turn: Turn, input: Turn, events: readonly Event[]): Turn {
  const own = events.filter(({ correlation: { turnId } }) => turnId === undefined || turnId === input.id)
  if (own.every((event) => !isTextDelta(event) || hasBlock(turn, event.correlation.segmentId ?? ''))) return turn
  const said = foldEvents(own).blocks
  const others = ofOtherIds(turn, input, said)
  let kept = turn
  let following: string | undefined
  for (const block of said.toReversed()) {
    if (!hasBlock(kept, block.id) && isText(block) && !others.some((other) => isPartOf(block, other))) {
      const candidate = insertBefore(kept, following, Object.freeze({ ...block, complete: false as const }))
      if (validateTurn(candidate, { open: true }).length > 0) continue
      kept = candidate
    }
    if (hasBlock(kept, block.id)) following = block.id
  }
  return kept
}

/** The blocks of the run that no segment has the id of: an engine that is not ours may give its events ids of their own. */
function ofOtherIds(turn: Turn, input: Turn, said: readonly Block[]): readonly Block[] {
  const known = new Set(said.map((block) => block.id))
  const news = turn.blocks.slice(countCommonBlocks(input.blocks, turn.blocks))
  return news.filter(({ id }) => !known.has(id) && !hasBlock(input, id))
}

function insertBefore(turn: Turn, id: string | undefined, block: Block): Turn {
  const index = id === undefined ? -1 : findBlockIndex(turn.blocks, id)
  return withBlocks(turn, turn.blocks.toSpliced(index < 0 ? turn.blocks.length : index, 0, block))
}

function hasBlock({ blocks }: Turn, id: string): boolean {
  return findBlockIndex(blocks, id) >= 0
}

function isTextDelta({ type }: Event): boolean {
  return type === 'text-delta' || type === 'reasoning-delta'
}

function isText(block: Block): block is AssistantBlock | ReasoningBlock {
  return (block.kind === 'assistant' || block.kind === 'reasoning') && block.text !== ''
}

function isPartOf(block: AssistantBlock | ReasoningBlock, other: Block): boolean {
  return other.kind === block.kind && other.text.includes(block.text.trim())
}
