import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { publish } from '@geppetto/events'
import { toErrorData } from '@geppetto/turns'

/** Publishes a `log` event before and after each provider call: sizes and times, no content. The sinks decide what becomes of it. */
export function logging(options: { readonly level?: 'debug' | 'info' } = {}): Middleware {
  const { level = 'debug' } = options
  return defineMiddleware('logging', (next) => async (ctx, turn) => {
    const startedAt = ctx.clock.now()
    publish(ctx, {
      type: 'log',
      level,
      message: 'provider call begins',
      data: { turnId: turn.id, blocks: turn.blocks.length },
    })
    try {
      const result = await next(ctx, turn)
      const data = { turnId: turn.id, blocks: result.blocks.length, durationMs: ctx.clock.now() - startedAt }
      publish(ctx, { type: 'log', level, message: 'provider call ends', data })
      return result
    } catch (error) {
      const { code, message } = toErrorData(error)
      const data = { turnId: turn.id, code, error: message, durationMs: ctx.clock.now() - startedAt }
      publish(ctx, { type: 'log', level: 'warn', message: 'provider call fails', data })
      throw error
    }
  })
}
