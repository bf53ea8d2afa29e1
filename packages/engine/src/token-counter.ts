import { withCancel } from '@geppetto/context'
import { defined } from '@geppetto/turns'
import type { ModelDefaults, ProviderAdapter } from './adapter.ts'
import { cancelledError } from './cancelled.ts'
import type { Engine } from './engine.ts'
import { EngineError, toEngineError, withFacts } from './engine-error.ts'
import { receiveCount } from './receive.ts'
import { addressOf, explainFailure, sendRequest } from './send-request.ts'
import { assertSendable } from './sendable-turn.ts'
import { CallTimer, type ResolvedTimeLimits } from './time-limits.ts'
import type { Transport } from './transport.ts'

/** An adapter engine's `countTokens`; undefined where the API does not count. @throws EngineError `invalid_options` when the adapter has half of it. */
export function createTokenCounter(
  adapter: ProviderAdapter,
  transport: Transport,
  defaults: ModelDefaults,
  limits: ResolvedTimeLimits,
): Engine['countTokens'] {
  if ((adapter.prepareCount === undefined) !== (adapter.readCount === undefined))
    throw new EngineError('invalid_options', `adapter ${adapter.api} needs both prepareCount and readCount, or neither`)
  if (adapter.prepareCount === undefined) return undefined
  const prepareCount = adapter.prepareCount.bind(adapter)
  return async (ctx, turn) => {
    if (ctx.signal.aborted) throw cancelledError(ctx.signal.reason)
    assertSendable(turn)
    const request = preparing(() => prepareCount(turn, defaults, transport.host))
    const abortion = withCancel(ctx)
    const { signal } = abortion.ctx
    // Its answer is no stream: the total limit alone holds.
    const timer = new CallTimer(ctx.clock, limits, false, abortion.cancel)
    let requestId: string | undefined
    try {
      const response = await sendRequest(transport, request, signal)
      if (adapter.requestIdHeader !== undefined) requestId = response.headers.get(adapter.requestIdHeader) ?? undefined
      const address = () => addressOf(transport, request)
      return await receiveCount(response, { adapter, signal, clock: ctx.clock, address })
    } catch (error) {
      const explained = explainFailure(error, signal, timer)
      abortion.cancel(explained)
      throw withFacts(explained, defined({ requestId: explained.requestId ?? requestId }))
    } finally {
      timer.stop()
      abortion.release()
    }
  }
}

function preparing<T>(prepare: () => T): T {
  try {
    return prepare()
  } catch (error) {
    throw toEngineError(error, 'invalid_request')
  }
}
