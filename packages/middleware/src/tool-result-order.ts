import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { type Block, type ToolResultBlock, withView } from '@geppetto/turns'

/**
 * Sends the tool results of each step behind all that the step said and called, in the order of the calls; the history keeps the order
 * that it has. A step ends where somebody else speaks, or where the model does again after results.
 */
export function toolResultOrder(): Middleware {
  return defineMiddleware('toolResultOrder', (next) => (ctx, turn) => {
    const ordered = orderResults(turn.blocks)
    const isOrdered = ordered.every((block, index) => block === turn.blocks[index])
    return next(ctx, isOrdered ? turn : withView(turn, ordered))
  })
}

function orderResults(blocks: readonly Block[]): readonly Block[] {
  const results = new Map<string, ToolResultBlock>()
  for (const block of blocks) if (block.kind === 'tool-result') results.set(block.callId, block)
  const ordered: Block[] = []
  let due: ToolResultBlock[] = []
  let isPastOutput = false
  for (const block of blocks) {
    if (block.kind === 'tool-result') {
      isPastOutput = true
      continue
    }
    if (block.kind === 'user' || block.kind === 'system' || isPastOutput) {
      ordered.push(...due)
      due = []
      isPastOutput = false
    }
    ordered.push(block)
    const result = block.kind === 'tool-call' ? results.get(block.callId) : undefined
    if (result !== undefined) due.push(result)
  }
  return [...ordered, ...due]
}
