import type { Context } from '@geppetto/context'
import { type Engine, EngineError, isEngineError, withFacts } from '@geppetto/engine'
import type { Turn } from '@geppetto/turns'
import { ownBlocks } from './own-blocks.ts'

/** The engine's turn; engines that are not ours may return anything. */
export async function callEngine(engine: Engine, ctx: Context, turn: Turn): Promise<Turn> {
  const nextId = () => ctx.ids.next('blk')
  let result: Turn
  try {
    result = await engine.runInference(ctx, turn)
  } catch (error) {
    if (!isEngineError(error) || !Array.isArray(error.partial?.blocks)) throw error
    const partial = ownBlocks(turn, error.partial, nextId)
    throw partial === error.partial ? error : withFacts(error, { partial })
  }
  if (!Array.isArray(result?.blocks))
    throw new EngineError(
      'internal',
      `engine ${engine.info?.api} returned no turn: it must return its input with blocks appended`,
    )
  return ownBlocks(turn, result, nextId)
}
