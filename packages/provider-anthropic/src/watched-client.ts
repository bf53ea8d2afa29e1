import {
  EngineError,
  isEngineError,
  keyFailureIn,
  type PreparedRequest,
  redirectError,
  secretsIn,
  type WireResponse,
  withoutHostLimits,
  withoutSecretsIn,
} from '@geppetto/engine'
import { toErrorData } from '@geppetto/turns'
import { type AnthropicClient, fetchOf, hasCredential } from './anthropic-client.ts'
import { invalid } from './options.ts'

/** The SDK hands what it does not know in `fetchOptions` on to `fetch`. */
const exchangeKey: unique symbol = Symbol('geppetto.exchange')

/** Options for `fetch` that say which exchange a request belongs to. */
export function exchangeIn(exchange: Exchange): { readonly [exchangeKey]: Exchange; readonly redirect: 'manual' } {
  // A redirect would carry the key to an address that nobody named.
  return { [exchangeKey]: exchange, redirect: 'manual' }
}

/** A copy of a client, and a watch where it meets the network: what was prepared and shown is what is sent. */
export class WatchedClient {
  readonly client: AnthropicClient
  readonly #original: AnthropicClient
  /** What the original was like when it was copied. */
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #underway = new Set<Exchange>()

  /** @throws EngineError `invalid_options` when the client cannot be copied. */
  constructor(original: AnthropicClient) {
    this.#original = original
    this.#fields = fieldsOf(original)
    const send = fetchOf(original)
    const guard: typeof fetch = async (input, init) => {
      const exchange = this.#exchangeOf(init)
      if (exchange === undefined) throw rewrites()
      return await exchange.send(send, input, init ?? {})
    }
    this.client = original.withOptions({ fetch: guard, maxRetries: 0 })
    if (fetchOf(this.client) !== guard || this.client.baseURL !== original.baseURL)
      throw invalid(
        'this client cannot be copied by its withOptions(): a subclass must pass on the options that it is given',
      )
  }

  /** Whether it is a copy of the client as that is now: a program may give its client another key. */
  isOf(client: AnthropicClient): boolean {
    if (client !== this.#original) return false
    const fields = fieldsOf(client)
    if (fields.size !== this.#fields.size) return false
    for (const [name, value] of fields) if (!isSame(value, this.#fields.get(name))) return false
    return true
  }

  begin(request: PreparedRequest): Exchange {
    const exchange = new Exchange(request, [this.#original, this.client], () => this.#underway.delete(exchange))
    this.#underway.add(exchange)
    return exchange
  }

  /** A middleware may make a request anew, without what it does not know in it. */
  #exchangeOf(init: RequestInit | undefined): Exchange | undefined {
    if (init !== undefined && hasExchange(init)) return init[exchangeKey]
    const underway = [...this.#underway]
    return underway.find((exchange) => exchange.isAbout(init?.body)) ?? underway.find((exchange) => exchange.isAwaited)
  }
}

/** One request on its way through a client. */
class Exchange {
  /** Takes it from those that are under way. */
  readonly end: () => void
  readonly #request: PreparedRequest
  readonly #clients: readonly AnthropicClient[]
  /** A response with an error status, its body unread: the SDK is shown another without one. */
  #failure: Response | undefined
  #refusal: EngineError | undefined
  #isSent = false
  #secrets: () => readonly string[] = () => []

  constructor(request: PreparedRequest, clients: readonly AnthropicClient[], end: () => void) {
    this.#request = request
    this.#clients = clients
    this.end = end
  }

  /** Whether it was neither sent nor refused. */
  get isAwaited(): boolean {
    return !this.#isSent && this.#refusal === undefined
  }

  isAbout(body: unknown): boolean {
    return body === this.#request.body
  }

  /** Sends what the client made of the request. P9: what was prepared and shown is what is sent. */
  async send(send: typeof fetch, input: string | URL | Request, init: RequestInit): Promise<Response> {
    if (!this.isAbout(init.body)) {
      this.#refusal = rewrites()
      throw this.#refusal
    }
    this.#isSent = true
    const { headers } = init
    this.#secrets = () => secretsIn(new Headers(headers), input instanceof Request ? input.url : input)
    return this.#keepFailure(await send(input, withoutHostLimits(send, init)))
  }

  toWire({ status, headers, body }: Response): WireResponse {
    const secretsOf = this.#secrets
    return {
      status,
      headers,
      body,
      get secrets() {
        return secretsOf()
      },
    }
  }

  /** What an error of the client's means: a response that it took for one, or that it never sent. */
  explain(error: unknown, signal: AbortSignal): WireResponse {
    if (this.#refusal !== undefined) throw this.#refusal
    if (this.#failure !== undefined) return this.toWire(this.#failure)
    const keyFailure = keyFailureIn(error)
    if (keyFailure !== undefined) throw keyFailure
    if (this.#isSent || signal.aborted || isEngineError(error)) throw withoutSecretsIn(error, this.#secrets())
    throw this.#unsent(error)
  }

  #keepFailure(response: Response): Response {
    const { status, headers } = response
    // A browser hides the status of a redirect that is not followed.
    if (response.type === 'opaqueredirect') {
      this.#refusal = redirectError(new URL(this.#clients[0]?.baseURL ?? response.url).host, undefined)
      throw this.#refusal
    }
    if (response.ok) return response
    this.#failure = response
    return new Response(null, { status: Math.max(status, 400), headers })
  }

  #unsent(cause: unknown): EngineError {
    // What a client does that wants to put something into a body that is text.
    if (cause instanceof TypeError) return rewrites(cause)
    const { message } = toErrorData(cause)
    const hasKey = this.#clients.some(hasCredential)
    if (hasKey) return new EngineError('invalid_options', `the client sent nothing: ${message}`, { cause })
    const advice = 'give an apiKey, set ANTHROPIC_API_KEY, or pass a client of your own'
    return new EngineError('auth', `the client sent nothing: ${advice} (${message})`, { cause })
  }
}

function rewrites(cause?: unknown): EngineError {
  return new EngineError(
    'invalid_options',
    'this client rewrites the request: what would be sent is not what was prepared. Use a client that speaks the Messages API as it is, or one of @geppetto/provider-anthropic/fetch',
    cause === undefined ? {} : { cause },
  )
}

/** What the program can change of a client. */
function fieldsOf(client: AnthropicClient): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(client).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]))
}

function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other
  return one.length === other.length && one.every((item, index) => item === other[index])
}

function hasExchange(init: RequestInit): init is RequestInit & { readonly [exchangeKey]: Exchange } {
  return Object.hasOwn(init, exchangeKey)
}
