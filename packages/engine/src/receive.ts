import type { Clock } from '@geppetto/context'
import type { ProviderAdapter } from './adapter.ts'
import { type BodyTaker, takeBody } from './answer-body.ts'
import type { BodyForm } from './body-form.ts'
import { decoding } from './decoding.ts'
import { EngineError, isEngineError } from './engine-error.ts'
import { headerOf, refuseFailure } from './failed-response.ts'
import { notTheApi } from './not-the-api.ts'
import type { ProviderCall } from './provider-call.ts'
import { eventTaker } from './receive-events.ts'
import { errorInList, jsonTaker } from './receive-json.ts'
import { withoutSecretsInError } from './safe-cause.ts'
import { withoutSecretsInJson } from './sent-secrets.ts'
import type { CallTimer } from './time-limits.ts'
import type { WireResponse } from './transport.ts'

/** What belongs to one exchange with a provider. */
export interface Exchange {
  readonly adapter: ProviderAdapter
  readonly call: ProviderCall
  readonly timer: CallTimer
  readonly signal: AbortSignal
  /** Where the request went, without secrets. */
  readonly address: () => string
}

/** Reads a response into the call, stream or not. @throws EngineError when it is, holds or ends as an error. */
export async function receive(response: WireResponse, exchange: Exchange): Promise<void> {
  await masked(response, () => read(response, exchange))
}

async function read(response: WireResponse, exchange: Exchange): Promise<void> {
  const { adapter, call, signal, timer, address } = exchange
  const { clock } = call.ctx
  await refuseFailure(response, { adapter, signal, clock, address })
  const takerOf = (form: BodyForm | undefined): BodyTaker => {
    const isStream = form === 'events' || (form === 'text' && isCalledStream(response))
    if (isStream) return eventTaker(exchange, (lines) => notTheApi(address(), 'a text', lines, response))
    return jsonTaker(form, address, response, (json, text) => decodeAnswer(json, text, response, exchange))
  }
  await takeBody(response.body, signal, clock, takerOf, () => timer.hear())
  timer.stop()
  if (call.failure !== undefined)
    throw adapter.classify({
      kind: 'stream',
      header: headerOf(response, clock),
      error: withoutSecretsInJson(call.failure.error, response.secrets),
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
    throw notTheApi(address(), `JSON that is no answer (${thrown.message})`, text, response)
  }
}

/** Reads the answer to a request for a count of tokens. @throws EngineError when it is an error, or holds no count. */
export async function receiveCount(
  response: WireResponse,
  exchange: Pick<Exchange, 'adapter' | 'signal' | 'address'> & { readonly clock: Clock },
): Promise<number> {
  return await masked(response, () => readCount(response, exchange))
}

async function readCount(
  response: WireResponse,
  { adapter, signal, clock, address }: Parameters<typeof receiveCount>[1],
): Promise<number> {
  await refuseFailure(response, { adapter, signal, clock, address })
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

/** A provider may repeat a key anywhere, and what reads its answer quotes it. */
async function masked<T>(response: WireResponse, receiving: () => Promise<T>): Promise<T> {
  try {
    return await receiving()
  } catch (error) {
    throw withoutSecretsInError(error, response.secrets)
  }
}

/** A stream may begin with lines that nobody knows. */
function isCalledStream({ headers }: WireResponse): boolean {
  return (headers.get('content-type') ?? '').trim().toLowerCase().startsWith('text/event-stream')
}
