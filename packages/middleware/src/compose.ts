import { type ContextKey, createContextKey, withValue } from '@geppetto/context'
import {
  EngineError,
  isEngineError,
  type Middleware,
  partialTurnOf,
  type RunInference,
  TurnShrunkError,
  withFacts,
} from '@geppetto/engine'
import { missingBlocks, rebaseView, type Turn, viewedTurn, withOwnList } from '@geppetto/turns'
import { ForeignBlocks, markChanged } from './mark-changed.ts'

/**
 * Puts middlewares around a provider call; the first is the outermost. Knows nothing of what they do, and sees to three things: what comes
 * back for a view is rebased on the full turn, each change is marked with the middleware's name, and no block of the input is lost.
 * @throws TurnShrunkError from the call, when a middleware returns less than it was given.
 */
export function composeMiddlewares(middlewares: readonly Middleware[], base: RunInference): RunInference {
  return middlewares.reduceRight((next, middleware) => guard(middleware, next), base)
}

/** One turn on its way through a middleware. */
interface Passage {
  readonly foreign: ForeignBlocks
  readonly given: Turn
}

function guard(middleware: Middleware, next: RunInference): RunInference {
  const name = middleware.name === '' ? 'anonymous' : middleware.name
  const passageKey: ContextKey<Passage> = createContextKey(`passage through ${name}`)
  const run = middleware(async (ctx, turn) => {
    const { foreign, given } = ctx.get(passageKey) ?? {}
    const sent = foreign === undefined ? turn : markChanged(turn, foreign, name)
    foreign?.add(sent)
    // A view that this middleware was given is the business of the one that made it.
    const isOwnView = given === undefined || viewedTurn(sent) !== viewedTurn(given)
    const rebase = (made: Turn): Turn => (isOwnView ? rebaseView(sent, made) : made)
    try {
      const result = rebase(await next(ctx, sent))
      foreign?.add(result)
      return result
    } catch (error) {
      const arrived = partialTurnOf(error)
      if (arrived === undefined || !isEngineError(error)) throw error
      const partial = rebase(arrived)
      foreign?.add(partial)
      throw partial === arrived ? error : withFacts(error, { partial })
    }
  })
  return async (ctx, turn) => {
    const foreign = new ForeignBlocks()
    foreign.add(turn)
    const result = await run(withValue(ctx, passageKey, { foreign, given: turn }), turn)
    if (!Array.isArray(result?.blocks))
      throw new EngineError(
        'internal',
        `middleware ${name} returned no turn: it must return what next returned, or a turn made from it`,
      )
    const missing = missingBlocks(turn, result)
    if (missing.length > 0) throw new TurnShrunkError(name, missing)
    return markChanged(withOwnList(result, turn), foreign, name)
  }
}
