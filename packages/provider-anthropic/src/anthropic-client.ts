/** What is used of a client of Anthropic's SDK: any that speaks the Messages API as it is, also a subclass for another platform. */
export interface AnthropicClient {
  readonly baseURL: string
  post(path: string, options: AnthropicCallOptions): { asResponse(): Promise<Response> }
  withOptions(options: { readonly fetch: typeof fetch; readonly maxRetries: number }): AnthropicClient
  /** Where it would send a path to; absent in what only looks like a client. */
  buildURL?(path: string, query: undefined): string
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

/** The client's own way to the network, which its types keep to itself. */
export function fetchOf(client: AnthropicClient): typeof fetch {
  const own: unknown = Reflect.get(client, 'fetch')
  return isFetch(own) ? own : fetch
}

function isFetch(value: unknown): value is typeof fetch {
  return typeof value === 'function'
}

/** Whether a client has a key or a token of its own. */
export function hasCredential(client: AnthropicClient): boolean {
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
