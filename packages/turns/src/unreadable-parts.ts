import type { Block } from './block.ts'
import { countCommonBlocks, isOwnList } from './block-list.ts'
import { isOwnBlock } from './block-shape.ts'
import type { ContentPart } from './content.ts'
import { findBytesProblem } from './media-bytes.ts'
import type { Turn } from './turn.ts'

/** A part of the content of a block whose bytes nobody can read. */
export interface UnreadablePart {
  /** Its place in the content. */
  readonly index: number
  readonly part: ContentPart
  /** In words that follow the part's name: `has bytes that are no base64`. */
  readonly reason: string
}

const none: readonly UnreadablePart[] = []

/** The blocks that were made here and hold none such: nobody can change them, and pictures are long. */
const readable = new WeakSet<Block>()

/** The images, files and audio of a block whose bytes are no base64; empty for what the makers of blocks made, which refuse such. */
export function findUnreadableParts(block: Block): readonly UnreadablePart[] {
  if (block.kind !== 'user' && block.kind !== 'tool-result') return none
  // Most say texts alone, which is sooner seen than remembered.
  if (block.content.every(({ type }) => type === 'text') || readable.has(block)) return none
  const found: UnreadablePart[] = []
  for (const [index, part] of block.content.entries()) {
    const reason = findBytesProblem(part)
    if (reason !== undefined) found.push({ index, part, reason })
  }
  if (found.length === 0 && isOwnBlock(block)) readable.add(block)
  return found
}

/** By the first block of a conversation: the last of its lists that was made here and holds no unreadable part. */
const readableLists = new WeakMap<Block, readonly Block[]>()

/** The first block of the turn with a part whose bytes nobody can read, and that part; undefined where there is none. What is old in a conversation is not looked at again. */
export function findUnreadableBlock({
  blocks,
}: Turn): { readonly block: Block; readonly part: UnreadablePart } | undefined {
  const [first] = blocks
  const known = first && readableLists.get(first)
  for (const block of blocks.slice(known === undefined ? 0 : countCommonBlocks(known, blocks))) {
    const [part] = findUnreadableParts(block)
    if (part !== undefined) return { block, part }
  }
  if (first !== undefined && isOwnList(blocks)) readableLists.set(first, blocks)
  return undefined
}
