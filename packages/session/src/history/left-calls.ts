import { findResultIndex, type ToolResultBlock, type Turn, withBlocks } from '@geppetto/turns'

/** Results of calls that were never started, by the ids of the calls: a run takes them up, for which they wait again. */
export type TakenUpCalls = ReadonlyMap<string, ToolResultBlock>

/**
 * The turn of a run that was stopped, with what it was to take up and did not hand over as it was before: it must not seem to wait for somebody else, and nobody was told
 * of anything else.
 */
export function leaveCalls(turn: Turn, takenUp: TakenUpCalls, handedOver: ReadonlySet<string>): Turn {
  let { blocks } = turn
  for (const [callId, before] of takenUp) {
    const index = findResultIndex(blocks, callId)
    const result = blocks[index]
    if (result?.kind === 'tool-result' && result.outcome === 'pending' && !handedOver.has(callId))
      blocks = blocks.with(index, before)
  }
  return blocks === turn.blocks ? turn : withBlocks(turn, blocks)
}
