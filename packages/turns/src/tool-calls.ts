import type { Block, ToolCallBlock } from './block.ts'
import { openEndsOf } from './block-list.ts'
import type { Turn } from './turn.ts'

/** The calls of a turn that have no result. None in a sealed turn. */
export function unansweredCalls(turn: Turn): readonly ToolCallBlock[] {
  const ends = openEndsOf(turn.blocks)
  if (ends !== undefined) return callsAt(turn, ends.unanswered)
  const answered = new Set<string>()
  const calls: ToolCallBlock[] = []
  for (const block of turn.blocks) {
    if (block.kind === 'tool-call') calls.push(block)
    else if (block.kind === 'tool-result') answered.add(block.callId)
  }
  return calls.filter((call) => !answered.has(call.callId))
}

/** The calls of a turn whose result is `pending`: they run elsewhere or wait for an approval. */
export function pendingCalls(turn: Turn): readonly ToolCallBlock[] {
  const ends = openEndsOf(turn.blocks)
  if (ends !== undefined) return callsAt(turn, ends.pending)
  const pending = new Set(turn.blocks.filter(isPending).map((block) => block.callId))
  return turn.blocks.filter((block) => block.kind === 'tool-call').filter((call) => pending.has(call.callId))
}

const none: readonly ToolCallBlock[] = []

function callsAt(turn: Turn, positions: readonly number[]): readonly ToolCallBlock[] {
  if (positions.length === 0) return none
  return positions.map((position) => turn.blocks[position]).filter((block) => block?.kind === 'tool-call')
}

function isPending(block: Block): block is Extract<Block, { readonly kind: 'tool-result' }> {
  return block.kind === 'tool-result' && block.outcome === 'pending'
}
