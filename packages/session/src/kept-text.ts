import { type Event, foldEvents } from '@geppetto/events'
import {
  type AssistantBlock,
  type Block,
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
  const isThere = ({ correlation: { segmentId = '' } }: Event) => findBlockIndex(turn.blocks, segmentId) >= 0
  if (own.every((event) => !isTextDelta(event) || isThere(event))) return turn
  const present = new Set(turn.blocks.map((block) => block.id))
  const said = foldEvents(own).blocks
  const others = ofOtherIds(turn, input, said)
  let kept = turn
  let following: string | undefined
  for (const block of said.toReversed()) {
    if (!present.has(block.id) && isText(block) && !others.some((other) => isPartOf(block, other))) {
      const candidate = insertBefore(kept, following, Object.freeze({ ...block, complete: false as const }))
      if (validateTurn(candidate, { open: true }).length > 0) continue
      kept = candidate
      present.add(block.id)
    }
    if (present.has(block.id)) following = block.id
  }
  return kept
}

/** The blocks of the run that no segment has the id of: an engine that is not ours may give its events ids of their own. */
function ofOtherIds(turn: Turn, input: Turn, said: readonly Block[]): readonly Block[] {
  const known = new Set([...input.blocks, ...said].map((block) => block.id))
  return turn.blocks.filter((block) => !known.has(block.id))
}

function insertBefore(turn: Turn, id: string | undefined, block: Block): Turn {
  const index = id === undefined ? -1 : turn.blocks.findIndex((other) => other.id === id)
  return withBlocks(turn, turn.blocks.toSpliced(index < 0 ? turn.blocks.length : index, 0, block))
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
