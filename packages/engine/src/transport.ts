import type { PreparedRequest } from './engine.ts'

/** Carries one request to a provider. Secrets live here and nowhere else. Rejects when there is no response, or when `signal` aborts. */
export interface Transport {
  /** Who answers, such as `api.openai.com`: written on records and on opaque data. */
  readonly host: string
  send(request: PreparedRequest, signal: AbortSignal): Promise<WireResponse>
}

/** A response with its body still to be read. */
export interface WireResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

/** What {@link createFetchTransport} takes. */
export interface FetchTransportOptions {
  /** Where the API's paths begin: `https://api.openai.com/v1`. */
  readonly baseUrl: string
  /** Authorisation and the like; asked for anew for each request, so that tokens may change. */
  readonly headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch
}

/** A transport by plain `fetch`: for browsers, workers and small programs. @throws TypeError when `baseUrl` is no URL. */
export function createFetchTransport(options: FetchTransportOptions): Transport {
  const base = options.baseUrl.replace(/\/+$/, '')
  const { host } = new URL(base)
  return {
    host,
    async send(request, signal) {
      const secret = await options.headers?.()
      const send = options.fetch ?? fetch
      return send(`${base}${request.path}`, {
        method: request.method,
        headers: { 'content-type': 'application/json', ...request.headers, ...secret },
        body: request.body,
        signal,
      })
    },
  }
}
