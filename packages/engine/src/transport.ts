import { toErrorData } from '@geppetto/turns'
import { readBaseUrl } from './base-url.ts'
import type { PreparedRequest, RequestTarget } from './engine.ts'
import { EngineError, isEngineError } from './engine-error.ts'
import { maskTarget } from './mask-secrets.ts'
import { withoutHostLimits } from './patient-fetch.ts'
import { redirectError } from './redirect.ts'
import { withoutSecretsIn } from './safe-cause.ts'
import { secretsIn } from './sent-secrets.ts'

/** Carries one request to a provider. Secrets live here and nowhere else. Rejects when there is no response, or when `signal` aborts. */
export interface Transport {
  /** Who answers, such as `api.openai.com`: written on records and on opaque data. */
  readonly host: string
  send(request: PreparedRequest, signal: AbortSignal): Promise<WireResponse>
  /** Where, and with what, it would send this request, as far as that is known without sending it. Pure, and without secrets. */
  describe?(request: PreparedRequest): RequestTarget
}

/** A response with its body still to be read. */
export interface WireResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
  /** The keys that were sent: in an error that repeats them they are shown as `***`. Asked for where something went wrong. */
  readonly secrets?: readonly string[]
}

/** What {@link createFetchTransport} takes. */
export interface FetchTransportOptions {
  /** Where the API's paths begin: `https://api.openai.com/v1`. A query in it, such as `?api-version=…`, is put on every request. */
  readonly baseUrl: string
  /** Authorisation and the like; asked for anew for each request, so that tokens may change. */
  readonly headers?: (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>) | undefined
  /** What `headers` is known to give, for people who look at a request; what is called a secret is masked. */
  readonly knownHeaders?: Readonly<Record<string, string>> | undefined
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch | undefined
}

/**
 * A transport by plain `fetch`: for browsers, workers and small programs. Follows no redirect.
 * @throws EngineError `invalid_options` when `baseUrl` is no URL, or has a password in it.
 */
export function createFetchTransport(options: FetchTransportOptions): Transport {
  const base = readBaseUrl(options.baseUrl, 'https://api.openai.com/v1')
  const addressOf = addressesBelow(base)
  return {
    host: base.host,
    async send(request, signal) {
      const headers = new Headers({ 'content-type': 'application/json', ...request.headers })
      for (const [name, value] of Object.entries(await makeHeaders(options))) setHeader(headers, name, value)
      const address = addressOf(request.path)
      const send = options.fetch ?? fetch
      const init = withoutHostLimits(send, {
        method: request.method,
        headers,
        body: request.body,
        signal,
        // A redirect would drop the body, or carry a key to an address that nobody named.
        redirect: 'manual',
      })
      const sending = send(address, init)
      const response = await sending.catch((error: unknown) => {
        throw withoutSecretsIn(error, secretsIn(headers, address))
      })
      const { status, type } = response
      // A browser hides the status of a redirect that is not followed.
      if (type === 'opaqueredirect' || (status >= 300 && status <= 399))
        throw redirectError(base.host, response.headers.get('location'), status)
      return {
        status,
        headers: response.headers,
        body: response.body,
        get secrets() {
          return secretsIn(headers, address)
        },
      }
    },
    describe: ({ path, headers }) =>
      maskTarget({
        address: addressOf(path),
        headers: { 'content-type': 'application/json', ...headers, ...options.knownHeaders },
      }),
  }
}

/** The address of a path below a base, whose query goes along. */
export function joinAddress(base: string | URL, path: string): string {
  return addressesBelow(new URL(base))(path)
}

function addressesBelow({ origin, pathname, search }: URL): (path: string) => string {
  const root = origin + pathname.replace(/\/+$/, '')
  return (path) => `${root}${path}${path.includes('?') ? search.replace('?', '&') : search}`
}

/** @throws EngineError `auth` when the program cannot give them: asking again would not help. */
async function makeHeaders({ headers }: FetchTransportOptions): Promise<Readonly<Record<string, string>>> {
  try {
    return (await headers?.()) ?? {}
  } catch (cause) {
    if (isEngineError(cause)) throw cause
    throw new EngineError('auth', `the headers, or the key in them, could not be had: ${toErrorData(cause).message}`, {
      cause,
    })
  }
}

/** @throws EngineError `invalid_options`, without the value: what the host says of it may show a key. */
function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    throw new EngineError(
      'invalid_options',
      `header ${name} holds what no header can: look for a line break or a … in it`,
    )
  }
}
