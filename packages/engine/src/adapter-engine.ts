import { untilAborted, withCancel } from '@geppetto/context'
import type { InferenceConfig, Turn } from '@geppetto/turns'
import type { ProviderAdapter } from './adapter.ts'
import type { Engine, EngineInfo, PreparedRequest } from './engine.ts'
import { EngineError, toEngineError } from './engine-error.ts'
import { type ProviderCall, startProviderCall } from './provider-call.ts'
import { readBody, readText } from './read-body.ts'
import { createSseReader } from './sse.ts'
import { CallTimer, type TimeLimits } from './time-limits.ts'
import type { Transport, WireResponse } from './transport.ts'

/** What {@link createAdapterEngine} takes beside adapter and transport. */
export interface AdapterEngineOptions {
  /** What to ask for where the turn's data does not say; its `model` is the engine's. */
  readonly defaults: InferenceConfig & { readonly model: string }
  readonly timeLimits?: TimeLimits
  /** One sentence for people. */
  readonly description?: string
}

/**
 * Makes an engine of a wire format and something that carries requests. The engine alone sees bytes: it reads the stream, keeps
 * the time limits, stops at an abort, and turns every failure into an `EngineError` with what had arrived.
 */
export function createAdapterEngine(
  adapter: ProviderAdapter,
  transport: Transport,
  options: AdapterEngineOptions,
): Engine {
  const { defaults, description } = options
  const info: EngineInfo = Object.freeze({
    api: adapter.api,
    host: transport.host,
    model: defaults.model,
    ...(description === undefined ? undefined : { description }),
  })
  const prepare = (turn: Turn): PreparedRequest => {
    try {
      return adapter.prepare(turn, defaults)
    } catch (error) {
      throw toEngineError(error, 'invalid_request', { partial: turn, retryable: false })
    }
  }
  return {
    info,
    prepare: (_ctx, turn) => prepare(turn),
    async runInference(ctx, turn) {
      if (ctx.signal.aborted) throw cancelled(ctx.signal.reason).with({ partial: turn })
      const request = prepare(turn)
      const call = startProviderCall(ctx, turn, { ...info, model: request.model })
      const abortion = withCancel(ctx)
      const { signal } = abortion.ctx
      const timer = new CallTimer(ctx.clock, options.timeLimits ?? {}, request.stream, abortion.cancel)
      try {
        const response = await sendRequest(transport, request, signal)
        await receive(adapter, response, call, timer, signal)
        if (call.failure !== undefined) throw adapter.classify({ kind: 'stream', error: call.failure.error })
        return call.finish()
      } catch (error) {
        throw call.abort(explain(error, signal))
      } finally {
        timer.stop()
        abortion.release()
        // What is left of the request ends here, whatever the outcome; after a whole answer this does nothing.
        abortion.cancel()
      }
    },
  }
}

async function sendRequest(transport: Transport, request: PreparedRequest, signal: AbortSignal): Promise<WireResponse> {
  const sending = transport.send(request, signal)
  // A transport that does not listen to the signal may answer when nobody waits any more.
  sending.then((late) => (signal.aborted ? late.body?.cancel() : undefined)).catch(ignoreLateFailure)
  try {
    return await untilAborted(signal, sending)
  } catch (error) {
    throw toEngineError(error, 'network')
  }
}

async function receive(
  adapter: ProviderAdapter,
  response: WireResponse,
  call: ProviderCall,
  timer: CallTimer,
  signal: AbortSignal,
): Promise<void> {
  const { status } = response
  const header = (name: string) => response.headers.get(name) ?? undefined
  if (status < 200 || status > 299) {
    const body = await readText(response.body, signal, call.ctx.clock)
    throw adapter.classify({ kind: 'response', status, header, body })
  }
  const mediaType = (header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (mediaType === 'text/event-stream') return receiveStream(adapter, response, call, timer, signal)
  const text = await readText(response.body, signal, call.ctx.clock)
  adapter.decodeJson(parseJson(text, mediaType), call)
}

async function receiveStream(
  adapter: ProviderAdapter,
  response: WireResponse,
  call: ProviderCall,
  timer: CallTimer,
  signal: AbortSignal,
): Promise<void> {
  const decoder = adapter.decode(call)
  let events = 0
  const reader = createSseReader((name, data) => {
    events++
    // Nothing after an error or after the end belongs to the answer.
    if (call.failure === undefined) decoder.event(name, data)
  })
  let seenActivity = -1
  await readBody(response.body, signal, call.ctx.clock, (bytes) => {
    reader.push(bytes)
    if (call.failure !== undefined) return 'stop'
    if (events > 0 && call.activity !== seenActivity) {
      seenActivity = call.activity
      timer.touch()
    }
    if (call.isStopped) return 'stop-soon'
    const { pressure } = call
    return pressure === undefined ? undefined : pressure.then(() => timer.touch())
  })
  reader.end()
  if (call.failure === undefined) decoder.end()
}

/** Its outcome was awaited, or nobody waits any more. */
function ignoreLateFailure(): void {}

function parseJson(text: string, mediaType: string): unknown {
  if (text.trim() === '') throw new EngineError('protocol', 'the answer has an empty body')
  try {
    return JSON.parse(text)
  } catch (cause) {
    const what = mediaType === '' ? 'something' : mediaType
    throw new EngineError('protocol', `the answer is ${what} where JSON was expected: ${text.slice(0, 120)}`, { cause })
  }
}

/** What really happened: an abort shows itself as whatever error the transport makes of it. */
function explain(error: unknown, signal: AbortSignal): EngineError {
  if (!signal.aborted) return toEngineError(error, 'internal')
  const reason: unknown = signal.reason
  // Our own time limit aborts with the error to report.
  if (reason instanceof EngineError && reason.code === 'timeout') return reason
  return cancelled(reason)
}

function cancelled(reason: unknown): EngineError {
  return new EngineError('cancelled', 'the provider call was cancelled', { cause: reason, retryable: false })
}
