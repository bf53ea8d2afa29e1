import type { Context } from '@geppetto/context'
import { type Engine, type Middleware, previewRequest, type RequestPreview } from '@geppetto/engine'
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
  let show: (() => RequestPreview | undefined) | undefined
  const pass = composeMiddlewares(middlewares, async (innerCtx, prompt) => {
    // Shown once the middlewares are through: to one that answers failures a request that cannot be made is a reason to ask another engine.
    show = () => {
      const request = engine.prepare?.(innerCtx, prompt)
      return request === undefined ? undefined : previewRequest(request, prompt)
    }
    return prompt
  })
  await pass(withHub(ctx, createEventHub({ clock: ctx.clock, sinks: [] })), turn)
  const preview = show?.()
  if (preview === undefined)
    throw new BuilderError(
      'not_preparable',
      'a middleware answered without calling the provider: nothing would be sent',
    )
  return preview
}
