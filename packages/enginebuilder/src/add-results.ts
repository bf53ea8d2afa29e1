import {
  appendBlocks,
  findBlockIndex,
  findResultIndex,
  type ToolResultBlock,
  type Turn,
  withBlocks,
} from '@geppetto/turns'

/** The turn with results: behind everything, or in the place of the ones that were pending. */
export function addResults(turn: Turn, results: readonly ToolResultBlock[], nextId: () => string): Turn {
  const byCall = new Map(results.map((result) => [result.callId, result]))
  const used = new Set<string>()
  const added = [...byCall.values()]
    .filter(({ callId }) => findResultIndex(turn.blocks, callId) < 0)
    .map((result) => {
      const isFree = !used.has(result.id) && findBlockIndex(turn.blocks, result.id) < 0
      used.add(result.id)
      return isFree ? result : Object.freeze({ ...result, id: nextId() })
    })
  if (added.length === byCall.size) return appendBlocks(turn, ...added)
  const replaced = turn.blocks.map((block) => {
    const result = block.kind === 'tool-result' ? byCall.get(block.callId) : undefined
    return result === undefined ? block : Object.freeze({ ...result, id: block.id })
  })
  return withBlocks(turn, [...replaced, ...added])
}
