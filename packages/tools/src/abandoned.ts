import type { Context } from '@geppetto/context'
import { publish, type Warning } from '@geppetto/events'

/** Tells that a tool is not waited for any more though it goes on. */
export function tellAbandoned(ctx: Context, name: string): Warning {
  const message = `tool ${name} went on after its signal had aborted and was abandoned: pass ctx.signal to whatever it waits for`
  publish(ctx, { type: 'log', level: 'warn', message })
  return { code: 'abandoned', message }
}
