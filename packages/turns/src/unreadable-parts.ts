import type { Block } from './block.ts'
import { isOwnBlock } from './block-shape.ts'
import type { ContentPart } from './content.ts'
import { findBytesProblem } from './media-bytes.ts'

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
  if ((block.kind !== 'user' && block.kind !== 'tool-result') || readable.has(block)) return none
  const found: UnreadablePart[] = []
  for (const [index, part] of block.content.entries()) {
    const reason = findBytesProblem(part)
    if (reason !== undefined) found.push({ index, part, reason })
  }
  if (found.length === 0 && isOwnBlock(block)) readable.add(block)
  return found
}
