import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { systemBlock, type Turn, withBlocks } from '@geppetto/turns'

/** Block metadata: which system prompt middleware keeps the block. */
const keptBy = 'geppetto.systemPrompt'

/**
 * Sees to it that the turn begins with this system text. It enters the history once; another text in a later run takes its place, under the same id.
 * @param options.slot tells several system prompts of one chain apart. Default `default`.
 * @throws TurnError `invalid_block` when the text is empty.
 */
export function systemPrompt(text: string, options: { readonly slot?: string } = {}): Middleware {
  const { slot = 'default' } = options
  // What is wrong with the text is said where it is written.
  systemBlock(text)
  return defineMiddleware('systemPrompt', (next) => (ctx, turn) => {
    const fields = { createdAt: ctx.clock.now(), metadata: { [keptBy]: slot } }
    const index = turn.blocks.findIndex((block) => block.kind === 'system' && block.metadata[keptBy] === slot)
    const known = turn.blocks[index]
    if (known?.kind === 'system' && known.text === text) return next(ctx, turn)
    const block = systemBlock(text, { ...fields, id: known?.id ?? ctx.ids.next('blk') })
    return next(ctx, known === undefined ? prepend(turn, block) : withBlocks(turn, turn.blocks.with(index, block)))
  })
}

function prepend(turn: Turn, block: ReturnType<typeof systemBlock>): Turn {
  return withBlocks(turn, [block, ...turn.blocks])
}
