import {
  type Block,
  countCommonBlocks,
  findBlockIndex,
  isJsonObject,
  isSameJson,
  type Turn,
  withBlocks,
  withOwnList,
} from '@geppetto/turns'

/**
 * What an engine returned for `sent`, with the blocks that it was sent as they were sent, and a fresh id for each that it made under an id
 * that was taken. Engines only append: what they say must not take the place of what is there.
 */
export function ownBlocks(sent: Turn, returned: Turn, nextId: () => string): Turn {
  if (isPlainlyAppended(sent, returned)) return withOwnList(returned, sent)
  const known = new Map(sent.blocks.map((block) => [block.id, block]))
  const back = new Set<string>()
  const used = new Set<string>()
  // An unchanged block takes its id before one that claims it, whichever comes first.
  const unchanged = new Map<Block, Block>()
  for (const [index, block] of returned.blocks.entries()) {
    const sentBlock = isBlock(block) ? known.get(block.id) : undefined
    if (sentBlock === undefined || back.has(block.id)) continue
    if (!isSameJson(block, sentBlock) && !isChangedInPlace(sent, index, block)) continue
    back.add(block.id)
    unchanged.set(block, sentBlock)
  }
  const blocks = returned.blocks.map((block) => {
    // What is no block at all, the check of the whole turn names.
    if (!isBlock(block)) return block
    const sentBlock = unchanged.get(block)
    unchanged.delete(block)
    if (sentBlock !== undefined) return sentBlock
    const isTaken = known.has(block.id) || used.has(block.id)
    used.add(block.id)
    return isTaken ? Object.freeze({ ...block, id: nextId() }) : block
  })
  return blocks.every((block, index) => block === returned.blocks[index]) ? returned : withBlocks(returned, blocks)
}

/** As nearly always: long conversations shall not pay for what other engines do. */
function isPlainlyAppended(sent: Turn, returned: Turn): boolean {
  const count = sent.blocks.length
  if (countCommonBlocks(sent.blocks, returned.blocks) < count) return false
  const ids = new Set<string | undefined>()
  return returned.blocks.slice(count).every((block) => {
    const id = isBlock(block) ? block.id : undefined
    if (ids.has(id) || (id !== undefined && findBlockIndex(sent.blocks, id) >= 0)) return false
    ids.add(id)
    return true
  })
}

/** A copy that came out otherwise, as of an engine that does not keep fields that it does not know. It is no news. */
function isChangedInPlace(sent: Turn, index: number, block: Block): boolean {
  const there = sent.blocks[index]
  return there !== undefined && there.id === block.id && there.kind === block.kind
}

function isBlock(block: unknown): block is Block {
  return isJsonObject(block) && typeof block.id === 'string'
}
