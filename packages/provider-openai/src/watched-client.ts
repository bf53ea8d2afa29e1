import { EngineError, secretsIn, withoutHostLimits } from '@geppetto/engine'
import type OpenAI from 'openai'

/** One request on its way through the SDK. */
export interface Exchange {
  /** The prepared body. */
  readonly body: string
  /** Whether the client's `fetch` was given the body. */
  isSent?: true
  /** The keys that the client sent. Called where something went wrong. */
  secrets?: () => readonly string[]
  /** The response, when it has an error status. */
  failed?: Response
  /** Why the request was not sent. */
  refusal?: EngineError
}

/** The SDK hands what it does not know in `fetchOptions` on to `fetch`. */
const exchangeKey: unique symbol = Symbol('geppetto.exchange')

/** Options for `fetch` that say which exchange a request belongs to. */
export function exchangeIn(exchange: Exchange): { readonly [exchangeKey]: Exchange; readonly redirect: 'manual' } {
  // A redirect would carry the conversation to an address that nobody named.
  return { [exchangeKey]: exchange, redirect: 'manual' }
}

/**
 * A copy of the client whose `fetch` is looked at: a body that is not the prepared one is refused before it is sent, and a failed response is
 * kept from the SDK's own reading of it.
 * @throws EngineError `invalid_options` when the client does not let its `fetch` be wrapped.
 */
export function watchClient(client: OpenAI): OpenAI {
  const send: unknown = Reflect.get(client, 'fetch')
  if (!isFetch(send)) throw unwatchable(undefined)
  try {
    return client.withOptions({ fetch: (input, init) => sendWatched(send, input, init) })
  } catch (error) {
    throw unwatchable(error)
  }
}

async function sendWatched(send: typeof fetch, input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const exchange = init === undefined ? undefined : exchangeOf(init)
  // Not ours: such as a request for a token.
  if (exchange === undefined || init === undefined) return await send(input, init)
  if (!isSameBody(init.body, exchange.body)) {
    const message = 'the client rewrites the request body: what session.prepare() shows would not be what is sent'
    exchange.refusal = new EngineError('invalid_options', message)
    throw exchange.refusal
  }
  exchange.isSent = true
  const { headers } = init
  exchange.secrets = () => secretsIn(new Headers(headers), input instanceof Request ? input.url : input)
  const response = await send(input, withoutHostLimits(send, { ...init, body: exchange.body }))
  if (response.ok) return response
  exchange.failed = response
  return new Response(null, { status: Math.max(response.status, 400), headers: response.headers })
}

function isSameBody(body: unknown, prepared: string): boolean {
  if (typeof body === 'string') return body === prepared
  return body instanceof Uint8Array && new TextDecoder().decode(body) === prepared
}

function exchangeOf(init: RequestInit): Exchange | undefined {
  return hasExchange(init) ? init[exchangeKey] : undefined
}

function hasExchange(init: RequestInit): init is RequestInit & { readonly [exchangeKey]: Exchange } {
  return Object.hasOwn(init, exchangeKey)
}

function isFetch(value: unknown): value is typeof fetch {
  return typeof value === 'function'
}

function unwatchable(cause: unknown): EngineError {
  const message = 'the client does not let its fetch be wrapped, so what it sends cannot be known: use another client'
  return new EngineError('invalid_options', message, { cause })
}
