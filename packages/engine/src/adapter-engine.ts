import { untilAborted, withCancel } from '@geppetto/context'
import { defined, type Turn } from '@geppetto/turns'
import type { CountingAdapter, ModelDefaults, ProviderAdapter } from './adapter.ts'
import { cancelledError } from './cancelled.ts'
import type { CountingEngine, EngineInfo, PreparedRequest, WireEngine } from './engine.ts'
import { toEngineError, withFacts } from './engine-error.ts'
import { startProviderCall } from './provider-call.ts'
import { receive } from './receive.ts'
import { tellRequest } from './request-watch.ts'
import { addressOf, explainFailure, sendRequest } from './send-request.ts'
import { assertSendable } from './sendable-turn.ts'
import { CallTimer, resolveTimeLimits, type TimeLimits } from './time-limits.ts'
import { createTokenCounter } from './token-counter.ts'
import type { Transport } from './transport.ts'

/** What {@link createAdapterEngine} takes beside adapter and transport. */
export interface AdapterEngineOptions {
  readonly defaults: ModelDefaults
  readonly timeLimits?: TimeLimits | undefined
  /** One sentence for people. */
  readonly description?: string | undefined
}

/**
 * Makes an engine of a wire format and something that carries requests. The engine alone sees bytes: it reads the stream, keeps
 * the time limits, stops at an abort, and turns every failure into an `EngineError` with what had arrived.
 * @throws EngineError `invalid_options` when a time limit is none, or the adapter can only half count.
 */
export function createAdapterEngine(
  adapter: CountingAdapter,
  transport: Transport,
  options: AdapterEngineOptions,
): CountingEngine
export function createAdapterEngine(
  adapter: ProviderAdapter,
  transport: Transport,
  options: AdapterEngineOptions,
): WireEngine
export function createAdapterEngine(
  adapter: ProviderAdapter,
  transport: Transport,
  options: AdapterEngineOptions,
): WireEngine {
  const { defaults, description } = options
  const { host } = transport
  const limits = resolveTimeLimits(options.timeLimits ?? {})
  const info: EngineInfo = Object.freeze({
    api: adapter.api,
    host,
    model: defaults.model,
    ...(description === undefined ? undefined : { description }),
  })
  const prepare = (turn: Turn): PreparedRequest => {
    assertSendable(turn)
    try {
      return adapter.prepare(turn, defaults, host)
    } catch (error) {
      throw withFacts(toEngineError(error, 'invalid_request'), { partial: turn })
    }
  }
  const withTarget = (request: PreparedRequest): PreparedRequest => {
    const target = transport.describe?.(request)
    return target === undefined ? request : { ...request, target }
  }
  const countTokens = createTokenCounter(adapter, transport, defaults, limits)
  return {
    info,
    prepare: (_ctx, turn) => withTarget(prepare(turn)),
    ...(countTokens === undefined ? undefined : { countTokens }),
    async runInference(ctx, turn) {
      if (ctx.signal.aborted) throw cancelledError(ctx.signal.reason, { partial: turn })
      const request = prepare(turn)
      const call = startProviderCall(ctx, turn, { ...info, model: request.model }, request.degradations)
      const abortion = withCancel(ctx)
      const { signal } = abortion.ctx
      const timer = new CallTimer(ctx.clock, limits, request.stream, abortion.cancel)
      let requestId: string | undefined
      try {
        tellRequest(call.ctx, () => withTarget(request), turn)
        const response = await sendRequest(transport, request, signal)
        if (adapter.requestIdHeader !== undefined)
          requestId = response.headers.get(adapter.requestIdHeader) ?? undefined
        const address = () => addressOf(transport, request)
        await receive(response, { adapter, call, timer, signal, address })
        // Who blocks the stream blocks its end too: what was read is taken before the call is over.
        const { pressure } = call
        if (pressure !== undefined) await untilAborted(signal, pressure)
        signal.throwIfAborted()
        return call.finish()
      } catch (error) {
        const explained = explainFailure(error, signal, timer)
        // What is left of the request ends here. Of one that ended well nothing is: its body was let go of.
        abortion.cancel(explained)
        throw call.abort(withFacts(explained, defined({ requestId: explained.requestId ?? requestId })))
      } finally {
        timer.stop()
        abortion.release()
      }
    },
  }
}
