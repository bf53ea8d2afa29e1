import { type ContextKey, createContextKey, withValue } from '@geppetto/context'
import {
  EngineError,
  isEngineError,
  type Middleware,
  type RunInference,
  TurnShrunkError,
  withFacts,
} from '@geppetto/engine'
import { type Block, missingBlocks, rebaseView, type Turn } from '@geppetto/turns'
import { markChanged } from './mark-changed.ts'

/** What one middleware has been handed so far, within one call. */
interface Passage {
  readonly incoming: Turn
  /** Blocks that it did not make: those it was given, and those that came back from the next. */
  readonly foreign: Set<Block>
}

/**
 * Puts middlewares around a provider call; the first is the outermost. Knows nothing of what they do, and sees to three things: what comes
 * back for a view is rebased on the full turn, each change is marked with the middleware's name, and no block of the input is lost.
 * @throws TurnShrunkError from the call, when a middleware returns less than it was given.
 */
export function composeMiddlewares(middlewares: readonly Middleware[], base: RunInference): RunInference {
  return middlewares.reduceRight((next, middleware) => guard(middleware, next), base)
}

function guard(middleware: Middleware, next: RunInference): RunInference {
  const name = middleware.name === '' ? 'anonymous' : middleware.name
  const passageKey: ContextKey<Passage> = createContextKey(`passage through ${name}`)
  const run = middleware(async (ctx, turn) => {
    const passage = ctx.get(passageKey)
    const sent = passage === undefined ? turn : markChanged(turn, passage.foreign, name)
    for (const block of sent.blocks) passage?.foreign.add(block)
    try {
      const result = rebaseView(sent, await next(ctx, sent))
      for (const block of result.blocks) passage?.foreign.add(block)
      return result
    } catch (error) {
      if (!isEngineError(error) || error.partial === undefined) throw error
      const partial = rebaseView(sent, error.partial)
      for (const block of partial.blocks) passage?.foreign.add(block)
      throw partial === error.partial ? error : withFacts(error, { partial })
    }
  })
  return async (ctx, turn) => {
    const passage: Passage = { incoming: turn, foreign: new Set(turn.blocks) }
    const result = await run(withValue(ctx, passageKey, passage), turn)
    if (!Array.isArray(result?.blocks))
      throw new EngineError(
        'internal',
        `middleware ${name} returned no turn: it must return what next returned, or a turn made from it`,
      )
    const missing = missingBlocks(turn, result)
    if (missing.length > 0) throw new TurnShrunkError(name, missing)
    return markChanged(result, passage.foreign, name)
  }
}
