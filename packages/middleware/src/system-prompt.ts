import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { type SystemBlock, systemBlock, type Turn, withView } from '@geppetto/turns'
import { madeBy } from './mark-changed.ts'

const name = 'systemPrompt'

/** The blocks that are sent for system prompts. */
const prompts = new WeakSet<object>()

/**
 * Sends this system text in front of the conversation, behind those of the middlewares before it. It is sent as long as the middleware is there: the history
 * does not hold it.
 * @throws TurnError `invalid_block` when the text is empty.
 */
export function systemPrompt(text: string): Middleware {
  // What is wrong with the text is said where it is written.
  systemBlock(text)
  // By place. The very same with each call: a conversation that grows behind it is not looked at again.
  const blocks: SystemBlock[] = []
  return defineMiddleware(name, (next) => (ctx, turn) => {
    const place = countPrompts(turn)
    const fields = () => ({ id: ctx.ids.next('blk'), createdAt: ctx.clock.now(), metadata: madeBy(name) })
    blocks[place] ??= systemBlock(text, fields())
    prompts.add(blocks[place])
    return next(ctx, withView(turn, turn.blocks.toSpliced(place, 0, blocks[place])))
  })
}

/** How many such middlewares were before. */
function countPrompts({ blocks }: Turn): number {
  const count = blocks.findIndex((block) => !prompts.has(block))
  return count < 0 ? blocks.length : count
}
