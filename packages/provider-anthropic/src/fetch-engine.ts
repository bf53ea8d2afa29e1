import { type CountingEngine, createAdapterEngine, createFetchTransport, readApiKey } from '@geppetto/engine'
import { anthropicAdapter } from './adapter.ts'
import { defaultBaseUrl } from './api.ts'
import { type AnthropicEngineOptions, invalid, splitOptions, toRoot } from './options.ts'

/** Options of {@link anthropic} without the SDK. */
export interface AnthropicFetchOptions extends AnthropicEngineOptions {
  /** The key, or who gives one for each request, sent as a bearer token, as the SDK does. Without one there is only a host of your own: a `baseUrl` that is not Anthropic's. */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined
  /** Default `https://api.anthropic.com`; with or without `/v1`. */
  readonly baseUrl?: string | undefined
  /** More headers for each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** Says to the API that a browser calls it, which it refuses otherwise, as every visitor can read the key. Default false. */
  readonly browser?: boolean | undefined
}

/**
 * An engine for Anthropic's Messages API by plain `fetch`.
 * @throws EngineError `invalid_options`
 */
export function anthropic(options: AnthropicFetchOptions): CountingEngine {
  const { defaults, adapter } = splitOptions(options, ['apiKey', 'baseUrl', 'headers', 'fetch', 'browser'])
  const { apiKey, baseUrl = defaultBaseUrl, headers, browser = false } = options
  const root = toRoot(baseUrl)
  if (apiKey === undefined && isVendors(root)) throw invalid('apiKey is undefined: is ANTHROPIC_API_KEY set?')
  if (apiKey !== undefined && typeof apiKey !== 'function' && (typeof apiKey !== 'string' || apiKey === ''))
    throw invalid('apiKey must be a key, or a function that gives one')
  const open = { ...(browser ? { 'anthropic-dangerous-direct-browser-access': 'true' } : undefined), ...headers }
  const transport = createFetchTransport({
    baseUrl: root,
    headers: async () => {
      const key = await readApiKey(apiKey)
      return { ...(key === undefined ? undefined : { authorization: `Bearer ${key}` }), ...open }
    },
    knownHeaders: { ...(apiKey === undefined ? undefined : { authorization: 'of the key' }), ...open },
    ...(options.fetch === undefined ? undefined : { fetch: options.fetch }),
  })
  const { timeLimits } = options
  return createAdapterEngine(anthropicAdapter(adapter), transport, {
    defaults,
    ...(timeLimits === undefined ? undefined : { timeLimits }),
  })
}

function isVendors(root: string): boolean {
  return new URL(root).host === new URL(defaultBaseUrl).host
}
