import { createAdapterEngine, createFetchTransport, type Engine } from '@geppetto/engine'
import { anthropicAdapter } from './adapter.ts'
import { defaultBaseUrl } from './api.ts'
import { type AnthropicEngineOptions, invalid, splitOptions, toRoot } from './options.ts'

/** Options of {@link anthropic} without the SDK. */
export interface AnthropicFetchOptions extends AnthropicEngineOptions {
  /** The key, or who gives one for each request. Undefined, as an environment variable may be, is refused. */
  readonly apiKey: string | (() => string | Promise<string>) | undefined
  /** Default `https://api.anthropic.com`; with or without `/v1`. */
  readonly baseUrl?: string
  /** More headers for each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch
  /** Says to the API that a browser calls it, which it refuses otherwise, as every visitor can read the key. Default false. */
  readonly browser?: boolean
}

/**
 * An engine for Anthropic's Messages API by plain `fetch`.
 * @throws EngineError `invalid_options`
 */
export function anthropic(options: AnthropicFetchOptions): Engine {
  const { defaults, adapter } = splitOptions(options, ['apiKey', 'baseUrl', 'headers', 'fetch', 'browser'])
  const { apiKey, baseUrl = defaultBaseUrl, headers, browser = false } = options
  if (apiKey === undefined) throw invalid('apiKey is undefined: is ANTHROPIC_API_KEY set?')
  if (typeof apiKey !== 'function' && (typeof apiKey !== 'string' || apiKey === ''))
    throw invalid('apiKey must be a key, or a function that gives one')
  const transport = createFetchTransport({
    baseUrl: toRoot(baseUrl),
    headers: async () => ({
      'x-api-key': typeof apiKey === 'function' ? await apiKey() : apiKey,
      ...(browser ? { 'anthropic-dangerous-direct-browser-access': 'true' } : undefined),
      ...headers,
    }),
    ...(options.fetch === undefined ? undefined : { fetch: options.fetch }),
  })
  const { timeLimits } = options
  return createAdapterEngine(anthropicAdapter(adapter), transport, {
    defaults,
    ...(timeLimits === undefined ? undefined : { timeLimits }),
  })
}
