import type { Context } from '@geppetto/context'
import {
  type Engine,
  estimateTokens,
  type Middleware,
  previewRequest,
  type RequestPreview,
  type TokenCount,
} from '@geppetto/engine'
import { createEventHub, withHub } from '@geppetto/events'
import { composeMiddlewares } from '@geppetto/middleware'
import type { Turn } from '@geppetto/turns'
import { BuilderError } from './builder-error.ts'

/** The request that the engine would send for `turn`, behind the same middlewares. Sends and publishes nothing. @throws BuilderError `not_preparable` */
export async function showRequest(
  engine: Engine,
  middlewares: readonly Middleware[],
  ctx: Context,
  turn: Turn,
): Promise<RequestPreview> {
  if (engine.prepare === undefined)
    throw new BuilderError('not_preparable', `the engine ${engine.info.api} has no wire and so no request to show`)
  const { ctx: innerCtx, turn: prompt } = await whatIsAsked(middlewares, ctx, turn)
  return previewRequest(engine.prepare(innerCtx, prompt), prompt)
}

/** How many tokens that request has: by the engine, where it counts. @throws BuilderError `not_preparable`; EngineError */
export async function countTokens(
  engine: Engine,
  middlewares: readonly Middleware[],
  ctx: Context,
  turn: Turn,
): Promise<TokenCount> {
  const { ctx: innerCtx, turn: prompt } = await whatIsAsked(middlewares, ctx, turn)
  if (engine.countTokens === undefined) return { tokens: estimateTokens(prompt).total, isEstimate: true }
  return { tokens: await engine.countTokens(innerCtx, prompt), isEstimate: false }
}

/** What is asked of an engine. */
interface Question {
  readonly ctx: Context
  readonly turn: Turn
}

/** What reaches the engine for `turn`: the last of it, where a middleware asks more than once. @throws BuilderError `not_preparable` */
async function whatIsAsked(middlewares: readonly Middleware[], ctx: Context, turn: Turn): Promise<Question> {
  // Looked at once the middlewares are through: to one that answers failures a request that cannot be made is a reason to ask another engine.
  const asked: Question[] = []
  const pass = composeMiddlewares(middlewares, async (innerCtx, prompt) => {
    asked.push({ ctx: innerCtx, turn: prompt })
    return prompt
  })
  await pass(withHub(ctx, createEventHub({ clock: ctx.clock, sinks: [] })), turn)
  const last = asked.at(-1)
  if (last !== undefined) return last
  throw new BuilderError('not_preparable', 'a middleware answered without calling the provider: nothing would be sent')
}
