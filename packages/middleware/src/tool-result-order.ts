import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { type Block, type ToolResultBlock, withView } from '@geppetto/turns'

/** Sends each tool result right behind the calls of its step, in the order of the calls; the history keeps the order that it has. */
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
  for (const block of blocks) {
    if (block.kind === 'tool-result') continue
    // The calls of one step stand together: their results follow the last of them.
    if (block.kind !== 'tool-call') {
      ordered.push(...due)
      due = []
    }
    ordered.push(block)
    const result = block.kind === 'tool-call' ? results.get(block.callId) : undefined
    if (result !== undefined) due.push(result)
  }
  return [...ordered, ...due]
}
