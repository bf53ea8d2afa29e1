import type { Block, ToolCallBlock } from './block.ts'
import type { Turn } from './turn.ts'

/** The calls of a turn that have no result. None in a sealed turn. */
export function unansweredCalls(turn: Turn): readonly ToolCallBlock[] {
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
  // Asked at every step, and nearly always there is none.
  if (!turn.blocks.some(isPending)) return []
  const pending = new Set(turn.blocks.filter(isPending).map((block) => block.callId))
  return turn.blocks.filter((block) => block.kind === 'tool-call').filter((call) => pending.has(call.callId))
}

function isPending(block: Block): block is Extract<Block, { readonly kind: 'tool-result' }> {
  return block.kind === 'tool-result' && block.outcome === 'pending'
}
