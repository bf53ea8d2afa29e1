import type { RequestView } from '@geppetto/client/protocol'
import { type RequestPreview, type RequestWatch, withRequestWatch } from '@geppetto/engine'
import { runIdFrom } from '@geppetto/events'
import type { InferenceRunner } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import type { RequestLog } from './request-log.ts'

/** A runner whose requests are kept to be looked at. */
export function watchedRunner(runner: InferenceRunner, log: RequestLog): InferenceRunner {
  const { eventSinks, persister } = runner
  const prepare = runner.prepare?.bind(runner)
  const countTokens = runner.countTokens?.bind(runner)
  return {
    ...defined({ eventSinks, persister }),
    ...(prepare && { prepare }),
    ...(countTokens && { countTokens }),
    runInference(ctx, turn, scope) {
      const runId = runIdFrom(ctx)
      const watch: RequestWatch = ({ providerCallId, request }) => {
        const sent = { ...requestView(request), sentAt: ctx.clock.now(), ...defined({ providerCallId }) }
        if (runId !== undefined) log.add(runId, sent)
      }
      return runner.runInference(withRequestWatch(ctx, watch), turn, scope)
    },
  }
}

/** A request as callers get it. */
export function requestView(request: RequestPreview): RequestView {
  const { model, method, path, address = path, headers, body, degradations, estimate } = request
  const lines = degradations.map(({ message }) => message)
  return { model, method, address, headers, body, degradations: lines, tokens: estimate.total }
}
