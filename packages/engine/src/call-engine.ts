import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'
import type { Engine } from './engine.ts'
import { EngineError, isEngineError, withFacts } from './engine-error.ts'
import { ownBlocks } from './own-blocks.ts'
import { partialTurnOf } from './partial-turn.ts'

const checkKey: ContextKey<() => void> = createContextKey('check before each provider call')

/** A context on which `check` is asked before each provider call that is made by {@link callEngine}, further attempts too; what it throws fails the call. */
export function withCallCheck(ctx: Context, check: () => void): Context {
  return withValue(ctx, checkKey, check)
}

/**
 * Calls an engine, ours or not, and makes its answer ours: blocks that it was sent are as they were sent, and a new block under an id that
 * is taken gets a fresh one. The way for middlewares that call an engine of their own.
 * @throws EngineError `internal` when the engine returns no turn; whatever the engine throws, with its `partial` made ours too.
 */
export async function callEngine(engine: Engine, ctx: Context, turn: Turn): Promise<Turn> {
  ctx.get(checkKey)?.()
  const nextId = () => ctx.ids.next('blk')
  let result: Turn
  try {
    result = await engine.runInference(ctx, turn)
  } catch (error) {
    const partial = partialTurnOf(error)
    if (partial === undefined || !isEngineError(error)) throw error
    const own = ownBlocks(turn, partial, nextId)
    throw own === partial ? error : withFacts(error, { partial: own })
  }
  if (!Array.isArray(result?.blocks))
    throw new EngineError(
      'internal',
      `engine ${engine.info?.api} returned no turn: it must return its input with blocks appended`,
    )
  return ownBlocks(turn, result, nextId)
}
