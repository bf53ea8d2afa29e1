import { type Block, countCommonBlocks, isSameJson } from '@geppetto/turns'

/** A stretch of the blocks of the state before: where it begins, and how many. */
type InheritedBlocks = readonly [start: number, count: number]

/** A part of a list of blocks: a new block, or a stretch of the state before. */
export type BlockPart = Block | InheritedBlocks

/** A list of blocks as what it added to, or replaced of, the one that it is based on. */
export interface PartedBlocks {
  readonly change: { readonly parts: readonly BlockPart[] }
  readonly base: PartedBlocks | undefined
}

/** The blocks as parts. Blocks are told apart by identity: an unchanged block is the same object. */
export function toParts(blocks: readonly Block[], before: readonly Block[]): readonly BlockPart[] {
  const parts: BlockPart[] = []
  let indexes: Map<Block, number> | undefined
  // As nearly always all of them: what a turn adds is little.
  let inherited = countCommonBlocks(before, blocks)
  let next = inherited
  let start = 0
  const closeStretch = () => {
    if (next > start) parts.push([start, next - start])
  }
  for (const block of blocks.slice(inherited)) {
    if (block === before[next]) {
      next++
      inherited++
      continue
    }
    closeStretch()
    if (inherited === before.length) {
      // All of them have had their place: nothing is looked up where a conversation just goes on.
      parts.push(block)
      start = next
      continue
    }
    indexes ??= new Map(before.map((known, index) => [known, index]))
    const index = indexes.get(block)
    if (index === undefined) {
      parts.push(block)
      // What follows most likely goes on behind the block that this one replaced, or was put before.
      start = next
      if (before[next] !== undefined && before[next]?.id === block.id) start = next + 1
      next = start
    } else {
      start = index
      next = index + 1
      inherited++
    }
  }
  closeStretch()
  // Kept with every state of every turn: a list that has grown keeps room for many more.
  return parts.slice()
}

/** How many blocks the parts make. */
export function sizeOfParts(parts: readonly BlockPart[]): number {
  let size = 0
  for (const part of parts) size += 'kind' in part ? 1 : part[1]
  return size
}

/** The index of a block of the state before that the parts have twice, which would let a list grow without end; undefined where there is none. */
export function findOverlap(parts: readonly BlockPart[]): number | undefined {
  let end = 0
  let areInOrder = true
  for (const part of parts) {
    if ('kind' in part) continue
    if (part[0] < end) areInOrder = false
    end = Math.max(end, part[0] + part[1])
  }
  // As nearly always.
  if (areInOrder) return undefined
  end = 0
  for (const [start, count] of parts.flatMap((part) => ('kind' in part ? [] : [part])).sort(([a], [b]) => a - b)) {
    if (start < end && count > 0) return start
    end = Math.max(end, start + count)
  }
  return undefined
}

/**
 * The blocks, with those of `before` in place of copies of them. An engine in a worker, or behind a proxy, gives back other objects of the
 * same value, which would be kept and stored once more with every turn. Compares only what has the id that is due.
 */
export function withKnownBlocks(blocks: readonly Block[], before: readonly Block[]): readonly Block[] {
  const common = countCommonBlocks(before, blocks)
  if (common === before.length) return blocks
  let next = common
  let known: Block[] | undefined
  for (const [offset, block] of blocks.slice(common).entries()) {
    const due = before[next]
    if (due === undefined) break
    if (block.id !== due.id) continue
    next++
    if (block === due || !isSameJson(block, due)) continue
    known ??= [...blocks]
    known[common + offset] = due
  }
  return known ?? blocks
}

/** A piece of work of {@link blocksOf}: a block, or a stretch of a list. */
type Piece = Block | { readonly of: PartedBlocks; readonly start: number; readonly count: number }

/** The blocks of a list. Goes back through what it is based on only as far as blocks were inherited, and makes none of that whole. */
export function blocksOf(list: PartedBlocks): readonly Block[] {
  const blocks: Block[] = []
  const pending: Piece[] = [{ of: list, start: 0, count: Number.POSITIVE_INFINITY }]
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    if ('kind' in piece) blocks.push(piece)
    // Last in, first out: so the first piece is the next.
    else for (const inner of piecesOf(piece.of, piece.start, piece.count).reverse()) pending.push(inner)
  }
  return blocks
}

/** What a stretch of a list is made of. */
function piecesOf({ change, base }: PartedBlocks, start: number, count: number): Piece[] {
  const pieces: Piece[] = []
  const end = start + count
  let position = 0
  for (const part of change.parts) {
    const size = 'kind' in part ? 1 : part[1]
    const from = Math.max(start, position)
    const to = Math.min(end, position + size)
    if (from < to) {
      if ('kind' in part) pieces.push(part)
      else if (base !== undefined) pieces.push({ of: base, start: part[0] + from - position, count: to - from })
    }
    position += size
    if (position >= end) break
  }
  return pieces
}
