import {
  EngineError,
  isEngineError,
  keyFailureIn,
  type PreparedRequest,
  type RequestTarget,
  redirectError,
  secretsIn,
  type Transport,
  type WireResponse,
  withoutHostLimits,
  withoutSecretsIn,
} from '@geppetto/engine'
import { toErrorData } from '@geppetto/turns'
import { invalid } from './options.ts'

/** What is used of a client of Anthropic's SDK: any that speaks the Messages API as it is, also a subclass for another platform. */
export interface AnthropicClient {
  readonly baseURL: string
  post(path: string, options: AnthropicCallOptions): { asResponse(): Promise<Response> }
  withOptions(options: { readonly fetch: typeof fetch; readonly maxRetries: number }): AnthropicClient
  /** Where it would send a path to; absent in what only looks like a client. */
  buildURL?(path: string, query: undefined): string
}

/** A client, and the headers that a request through it is given beside its own. */
export interface LoadedClient {
  readonly client: AnthropicClient
  /** Null takes a header of the client's away. */
  readonly headers?: () => Promise<Readonly<Record<string, string | null>>>
}

/** What a call through the client is given. */
export interface AnthropicCallOptions {
  readonly body: string
  readonly headers: Readonly<Record<string, string | null>>
  readonly signal: AbortSignal
  readonly timeout: number
  readonly stream: boolean
  readonly fetchOptions: { readonly redirect: 'manual' }
}

/** The longest that a timer can wait: time limits are the engine's. */
const noTimeout = 2 ** 31 - 1

/**
 * A transport through Anthropic's SDK: its authorisation, address, middlewares and proxies. The response is read by us, and an error status is
 * not made an error of the SDK's.
 */
export function createSdkTransport(
  address: string,
  loadClient: () => Promise<LoadedClient>,
  describe: (request: PreparedRequest) => RequestTarget,
): Transport {
  return {
    host: new URL(address).host,
    describe,
    async send(request, signal) {
      const { client, headers } = await loadClient()
      const more = (await headers?.()) ?? {}
      const exchange = new Exchange(request, client)
      try {
        const response = await exchange.client
          .post(request.path, {
            // A ready text goes out as it is when its type is said.
            headers: { ...more, 'content-type': 'application/json', 'x-stainless-timeout': null, ...request.headers },
            body: request.body,
            signal,
            timeout: noTimeout,
            stream: request.stream,
            // A redirect would carry the key to an address that nobody named.
            fetchOptions: { redirect: 'manual' },
          })
          .asResponse()
        return exchange.toWire(response)
      } catch (error) {
        return exchange.explain(error, signal)
      }
    },
  }
}

/** One request on its way through the client: stands where the client meets the network. */
class Exchange {
  readonly client: AnthropicClient
  readonly #request: PreparedRequest
  readonly #original: AnthropicClient
  /** A response with an error status, its body unread: the SDK is shown another without one. */
  #failure: Response | undefined
  #refusal: EngineError | undefined
  #isSent = false
  #secrets: () => readonly string[] = () => []

  constructor(request: PreparedRequest, original: AnthropicClient) {
    this.#request = request
    this.#original = original
    const send = fetchOf(original)
    const guard: typeof fetch = async (input, init) => {
      this.#check(init?.body)
      this.#isSent = true
      this.#secrets = () => secretsIn(new Headers(init?.headers), input instanceof Request ? input.url : input)
      return this.#keepFailure(await send(input, withoutHostLimits(send, init ?? {})))
    }
    this.client = original.withOptions({ fetch: guard, maxRetries: 0 })
    if (fetchOf(this.client) !== guard || this.client.baseURL !== original.baseURL)
      throw invalid(
        'this client cannot be copied by its withOptions(): a subclass must pass on the options that it is given',
      )
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

  /** P9: what was prepared and shown is what is sent. */
  #check(body: unknown): void {
    if (body === this.#request.body) return
    this.#refusal = rewrites()
    throw this.#refusal
  }

  #keepFailure(response: Response): Response {
    const { status, headers } = response
    // A browser hides the status of a redirect that is not followed.
    if (response.type === 'opaqueredirect') {
      this.#refusal = redirectError(new URL(this.client.baseURL).host, undefined)
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
    const hasKey = [this.#original, this.client].some((client) => hasCredential(client))
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

/** The client's own way to the network, which its types keep to itself. */
function fetchOf(client: AnthropicClient): typeof fetch {
  const own: unknown = Reflect.get(client, 'fetch')
  return isFetch(own) ? own : fetch
}

function isFetch(value: unknown): value is typeof fetch {
  return typeof value === 'function'
}

/** Whether a client has a key or a token of its own. */
function hasCredential(client: AnthropicClient): boolean {
  return credentialHeaders(client).length > 0
}

/** The names of the headers in which a client says who asks. A key had one of its own before version 1 of the SDK. */
export function credentialHeaders(client: AnthropicClient): readonly string[] {
  const has = (name: string) => typeof Reflect.get(client, name) === 'string'
  const ofKey = isBeforeVersion1(client) ? 'x-api-key' : 'authorization'
  return [...new Set([...(has('apiKey') ? [ofKey] : []), ...(has('authToken') ? ['authorization'] : [])])]
}

/** Told by how it names itself, which is the one thing of a client that says its version. */
function isBeforeVersion1(client: AnthropicClient): boolean {
  const read: unknown = Reflect.get(client, 'getUserAgent')
  const name: unknown = typeof read === 'function' ? Reflect.apply(read, client, []) : undefined
  return typeof name === 'string' && /\/JS 0\./.test(name)
}
