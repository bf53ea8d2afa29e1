import type { Clock } from '@geppetto/context'
import { toErrorData } from '@geppetto/turns'
import type { ProviderAdapter } from './adapter.ts'
import { EngineError, isEngineError } from './engine-error.ts'
import { withoutSecrets } from './mask-secrets.ts'
import type { ProviderCall } from './provider-call.ts'
import { readBody, readText, type Wish } from './read-body.ts'
import { createSseReader } from './sse.ts'
import type { CallTimer } from './time-limits.ts'
import type { WireResponse } from './transport.ts'

/** An error page may be anything; this much of it is looked at. */
const maxErrorBody = 1024 * 1024

/** What belongs to one exchange with a provider. */
export interface Exchange {
  readonly adapter: ProviderAdapter
  readonly call: ProviderCall
  readonly timer: CallTimer
  readonly signal: AbortSignal
  /** Whether the answer was asked for as a stream. */
  readonly asksForStream: boolean
}

/** Reads a response into the call, stream or not. @throws EngineError when it is, holds or ends as an error. */
export async function receive(response: WireResponse, exchange: Exchange): Promise<void> {
  const { adapter, call, signal, timer } = exchange
  const { clock } = call.ctx
  const { body } = response
  await refuseFailure(response, adapter, signal, clock)
  if (isEventStream(mediaTypeOf(response), exchange.asksForStream)) await receiveStream(response, exchange)
  else {
    const json = parseJson(await readText(body, signal, clock), response)
    decoding(() => adapter.decodeJson(json, call))
  }
  timer.stop()
  if (call.failure !== undefined)
    throw adapter.classify({
      kind: 'stream',
      header: headerOf(response),
      error: shownError(call.failure.error, response),
    })
}

/** Reads the answer to a request for a count of tokens. @throws EngineError when it is an error, or holds no count. */
export async function receiveCount(
  response: WireResponse,
  adapter: ProviderAdapter,
  signal: AbortSignal,
  clock: Clock,
): Promise<number> {
  await refuseFailure(response, adapter, signal, clock)
  const json = parseJson(await readText(response.body, signal, clock), response)
  const count = decoding(() => adapter.readCount?.(json))
  if (count === undefined || !Number.isSafeInteger(count) || count < 0)
    throw new EngineError('protocol', `the answer holds no count of tokens, but ${count}`)
  return count
}

/** @throws EngineError when the response has an error status. */
async function refuseFailure(
  response: WireResponse,
  adapter: ProviderAdapter,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const { status, body } = response
  if (status >= 200 && status <= 299) return
  const text = await readText(body, signal, clock, maxErrorBody)
  throw adapter.classify({
    kind: 'response',
    status,
    header: headerOf(response),
    body: withoutSecrets(text.slice(0, maxErrorBody), response.secrets),
  })
}

/** What the provider reported, without a key that it repeats. */
function shownError(error: unknown, { secrets = [] }: WireResponse): unknown {
  const json = JSON.stringify(error)
  if (json === undefined || secrets.every((secret) => !json.includes(secret))) return error
  const shown: unknown = JSON.parse(withoutSecrets(json, secrets))
  return shown
}

function headerOf({ headers }: WireResponse): (name: string) => string | undefined {
  return (name) => headers.get(name) ?? undefined
}

function mediaTypeOf({ headers }: WireResponse): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Some hosts forget the type of a stream, or call it text; JSON and HTML they do name. */
function isEventStream(mediaType: string, asksForStream: boolean): boolean {
  return mediaType === 'text/event-stream' || (asksForStream && ['', 'text/plain'].includes(mediaType))
}

async function receiveStream(response: WireResponse, { adapter, call, timer, signal }: Exchange): Promise<void> {
  const decoder = adapter.decode(call)
  let events = 0
  const reader = createSseReader((name, data) => {
    events++
    // Some hosts keep a connection open with events that hold nothing.
    if (data === '') return
    // Nothing belongs to the answer after its end, an error in it, or an abort from inside a sink.
    if (!call.isStopped && call.failure === undefined && !signal.aborted) decoder.event(name, data)
  })
  let seenActivity = -1
  await readBody(response.body, signal, call.ctx.clock, (bytes): Wish => {
    if (call.isStopped) return 'stop-soon'
    decoding(() => reader.push(bytes))
    if (call.failure !== undefined) return 'stop'
    if (call.isStopped) {
      timer.stop()
      return 'stop-soon'
    }
    if (events > 0 && call.activity !== seenActivity) {
      seenActivity = call.activity
      timer.touch()
    }
    const { pressure } = call
    if (pressure === undefined) return undefined
    timer.hold()
    return pressure.then(() => timer.resume())
  })
  reader.end()
  if (call.isStopped || call.failure !== undefined) return
  if (events === 0) throw new EngineError('protocol', 'the answer is empty: not one event was in it')
  decoding(() => decoder.end())
}

/** What a decoder throws is about what it was given to read. */
function decoding<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (isEngineError(error)) throw error
    const { message } = toErrorData(error)
    throw new EngineError('protocol', `the answer holds something that cannot be read: ${message}`, { cause: error })
  }
}

function parseJson(text: string, response: WireResponse): unknown {
  if (text.trim() === '') throw new EngineError('protocol', 'the answer has an empty body')
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the answer, and with it what may be a key.
    const mediaType = mediaTypeOf(response)
    const shown = withoutSecrets(text.slice(0, 120), response.secrets)
    const what = mediaType === '' ? 'something' : mediaType
    throw new EngineError('protocol', `the answer is ${what} where JSON was expected: ${shown}`)
  }
}
