import {
  type CountingEngine,
  createAdapterEngine,
  environmentUseOf,
  headersWithoutEnvironment,
  joinAddress,
  maskTarget,
  type PreparedRequest,
  type RequestTarget,
  readApiKey,
  readBaseUrl,
  readEnvironment,
  type VendorEnvironment,
} from '@geppetto/engine'
import { anthropicAdapter } from './adapter.ts'
import { type AnthropicClient, credentialHeaders } from './anthropic-client.ts'
import { defaultBaseUrl } from './api.ts'
import { type AnthropicEngineOptions, invalid, splitOptions, toRoot } from './options.ts'
import { createSdkTransport, type LoadedClient } from './sdk-transport.ts'

/** Options of {@link anthropic}. */
export interface AnthropicOptions extends AnthropicEngineOptions {
  /**
   * The key, or what gives one for each request. Default: what the SDK finds, as in `ANTHROPIC_API_KEY`, for Anthropic or for the address in
   * `ANTHROPIC_BASE_URL`, to which it belongs; to any other `baseUrl` goes nothing of the environment.
   */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined
  /** With or without `/v1`. Default: what the SDK finds in `ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`. */
  readonly baseUrl?: string | undefined
  /** A client of your own in place of `apiKey` and `baseUrl`; its retries and timeout are not used. */
  readonly client?: AnthropicClient | undefined
  /** Allows the SDK in a browser, where every visitor can read the key. Default false. */
  readonly browser?: boolean | undefined
}

/**
 * An engine for Anthropic's Messages API through its SDK, which is loaded at the first request.
 * @throws EngineError `invalid_options`
 */
export function anthropic(options: AnthropicOptions): CountingEngine {
  const { defaults, adapter } = splitOptions(options, ['apiKey', 'baseUrl', 'client', 'browser'])
  checkClient(options)
  // A client's own address is the program's.
  const address =
    options.client?.baseURL ?? toRoot(options.baseUrl ?? readEnvironment(environment.baseUrl) ?? defaultBaseUrl)
  readBaseUrl(address, defaultBaseUrl)
  const transport = createSdkTransport(address, createClientLoader(options, address), (request) =>
    describeRequest(options, address, request),
  )
  const { timeLimits } = options
  return createAdapterEngine(anthropicAdapter(adapter), transport, {
    defaults,
    ...(timeLimits === undefined ? undefined : { timeLimits }),
  })
}

function checkClient({ apiKey, baseUrl, client }: AnthropicOptions): void {
  if (client !== undefined) {
    if (apiKey !== undefined || baseUrl !== undefined)
      throw invalid('give a client, or an apiKey and a baseUrl: a client has its own')
    const isClient =
      typeof client === 'object' && typeof client?.post === 'function' && typeof client.withOptions === 'function'
    if (!isClient) throw invalid('client must be a client of @anthropic-ai/sdk, such as new Anthropic()')
  }
  if (apiKey !== undefined && typeof apiKey !== 'function' && (typeof apiKey !== 'string' || apiKey === ''))
    throw invalid('apiKey must be a key, or a function that gives one')
}

function createClientLoader(options: AnthropicOptions, baseURL: string): () => Promise<LoadedClient> {
  const { client, apiKey, browser = false } = options
  if (client !== undefined) return () => Promise.resolve({ client })
  let loading: Promise<LoadedClient> | undefined
  const load = async (): Promise<LoadedClient> => {
    const { Anthropic } = await import('@anthropic-ai/sdk')
    const use = environmentUseOf(baseURL, environment)
    const common = { baseURL, maxRetries: 0, dangerouslyAllowBrowser: browser }
    // The SDK wants some key, also where it is not the one that says who asks.
    if (use !== 'all') {
      const headers = async () => headersWithoutEnvironment(await readApiKey(apiKey), use, environment)
      return { client: new Anthropic({ ...common, apiKey: 'none' }), headers }
    }
    const key = typeof apiKey === 'function' ? async () => (await readApiKey(apiKey)) ?? '' : apiKey
    return { client: new Anthropic({ ...common, ...(key === undefined ? undefined : { apiKey: key }) }) }
  }
  return () => {
    loading ??= load().catch((error: unknown) => {
      // A later request may find it.
      loading = undefined
      throw error
    })
    return loading
  }
}

/** What is known of a request before the SDK makes it; the SDK is not loaded for it. */
function describeRequest(
  { client, apiKey }: AnthropicOptions,
  baseUrl: string,
  { path, headers }: PreparedRequest,
): RequestTarget {
  const isOfEnvironment = environmentUseOf(baseUrl, environment) === 'all' && environment.keys.some(isSet)
  const hasKey = apiKey !== undefined || isOfEnvironment
  const ofKey = client === undefined ? (hasKey ? ['authorization'] : []) : credentialHeaders(client)
  return maskTarget({
    address: client?.buildURL?.(path, undefined) ?? joinAddress(baseUrl, path),
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...Object.fromEntries(ofKey.map((name) => [name, 'of the key'])),
    },
  })
}

function isSet(variable: string): boolean {
  return readEnvironment(variable) !== undefined
}

/** Whose what the SDK finds in the environment is. @see https://github.com/anthropics/anthropic-sdk-typescript */
const environment: VendorEnvironment = {
  domain: 'anthropic.com',
  baseUrl: 'ANTHROPIC_BASE_URL',
  keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  headers: 'ANTHROPIC_CUSTOM_HEADERS',
}
