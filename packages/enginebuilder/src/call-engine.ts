import type { Context } from '@geppetto/context'
import { type Engine, EngineError, isEngineError, partialTurnOf, withFacts } from '@geppetto/engine'
import type { Turn } from '@geppetto/turns'
import { ownBlocks } from './own-blocks.ts'

/** The engine's turn; engines that are not ours may return anything. */
export async function callEngine(engine: Engine, ctx: Context, turn: Turn): Promise<Turn> {
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
