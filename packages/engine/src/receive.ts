import type { Clock } from '@geppetto/context'
import type { ProviderAdapter } from './adapter.ts'
import { type BodyTaker, takeBody } from './answer-body.ts'
import type { BodyForm } from './body-form.ts'
import { decoding } from './decoding.ts'
import { EngineError, isEngineError } from './engine-error.ts'
import { withoutSecrets } from './mask-secrets.ts'
import { notTheApi } from './not-the-api.ts'
import type { ProviderCall } from './provider-call.ts'
import { readText } from './read-body.ts'
import { eventTaker } from './receive-events.ts'
import { errorInList, jsonTaker } from './receive-json.ts'
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
  /** Where the request went, without secrets. */
  readonly address: string
}

/** Reads a response into the call, stream or not. @throws EngineError when it is, holds or ends as an error. */
export async function receive(response: WireResponse, exchange: Exchange): Promise<void> {
  const { adapter, call, signal, timer, address } = exchange
  const { clock } = call.ctx
  await refuseFailure(response, adapter, signal, clock)
  const takerOf = (form: BodyForm | undefined): BodyTaker => {
    const isStream = form === 'events' || (form === 'text' && isCalledStream(response))
    if (isStream) return eventTaker(exchange, (lines) => notTheApi(address, 'a text', lines, response))
    return jsonTaker(form, address, response, (json, text) => decodeAnswer(json, text, response, exchange))
  }
  await takeBody(response.body, signal, clock, takerOf, () => timer.hear())
  timer.stop()
  if (call.failure !== undefined)
    throw adapter.classify({
      kind: 'stream',
      header: headerOf(response),
      error: shownError(call.failure.error, response),
    })
}

/** Whole JSON that is not read as an answer comes from somebody else: it would again. */
function decodeAnswer(json: unknown, text: string, response: WireResponse, { adapter, call, address }: Exchange): void {
  const error = errorInList(json)
  if (error !== undefined) return call.fail(error)
  try {
    decoding(() => adapter.decodeJson(json, call))
  } catch (thrown) {
    if (!isEngineError(thrown) || thrown.code !== 'protocol') throw thrown
    throw notTheApi(address, `JSON that is no answer (${thrown.message})`, text, response)
  }
}

/** Reads the answer to a request for a count of tokens. @throws EngineError when it is an error, or holds no count. */
export async function receiveCount(
  response: WireResponse,
  { adapter, signal, clock, address }: Pick<Exchange, 'adapter' | 'signal' | 'address'> & { readonly clock: Clock },
): Promise<number> {
  await refuseFailure(response, adapter, signal, clock)
  let count: number | undefined
  await takeBody(response.body, signal, clock, (form) =>
    jsonTaker(form, address, response, (json) => {
      count = decoding(() => adapter.readCount?.(json))
    }),
  )
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

/** A stream may begin with lines that nobody knows. */
function isCalledStream({ headers }: WireResponse): boolean {
  return (headers.get('content-type') ?? '').trim().toLowerCase().startsWith('text/event-stream')
}
