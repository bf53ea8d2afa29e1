import { createAdapterEngine, type Engine } from '@geppetto/engine'
import { anthropicAdapter } from './adapter.ts'
import { defaultBaseUrl } from './api.ts'
import { type AnthropicEngineOptions, invalid, splitOptions, toRoot } from './options.ts'
import { type AnthropicClient, createSdkTransport } from './sdk-transport.ts'

/** Options of {@link anthropic}. */
export interface AnthropicOptions extends AnthropicEngineOptions {
  /** The key, or what gives one for each request. Default: what the SDK finds, as in `ANTHROPIC_API_KEY`. */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined
  /** With or without `/v1`. Default: what the SDK finds in `ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`. */
  readonly baseUrl?: string
  /** A client of your own in place of `apiKey` and `baseUrl`; its retries and timeout are not used. */
  readonly client?: AnthropicClient
  /** Allows the SDK in a browser, where every visitor can read the key. Default false. */
  readonly browser?: boolean
}

/**
 * An engine for Anthropic's Messages API through its SDK, which is loaded at the first request.
 * @throws EngineError `invalid_options`
 */
export function anthropic(options: AnthropicOptions): Engine {
  const { defaults, adapter } = splitOptions(options, ['apiKey', 'baseUrl', 'client', 'browser'])
  checkClient(options)
  // A client's own address is the program's.
  const address = options.client?.baseURL ?? toRoot(options.baseUrl ?? environmentBaseUrl() ?? defaultBaseUrl)
  if (!URL.canParse(address)) throw invalid(`baseUrl must be an address such as ${defaultBaseUrl}`)
  const transport = createSdkTransport(new URL(address).host, createClientLoader(options, address))
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

function createClientLoader(options: AnthropicOptions, baseURL: string): () => Promise<AnthropicClient> {
  const { client, apiKey, browser = false } = options
  if (client !== undefined) return () => Promise.resolve(client)
  let loading: Promise<AnthropicClient> | undefined
  const load = async (): Promise<AnthropicClient> => {
    const { Anthropic } = await import('@anthropic-ai/sdk')
    return new Anthropic({
      baseURL,
      maxRetries: 0,
      dangerouslyAllowBrowser: browser,
      ...(apiKey === undefined ? undefined : { apiKey: typeof apiKey === 'string' ? apiKey : async () => apiKey() }),
    })
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

/** Where the SDK would go by itself: known from the start, as records and opaque data are marked with the host. */
function environmentBaseUrl(): string | undefined {
  const host: { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } } = globalThis
  const address = host.process?.env?.ANTHROPIC_BASE_URL?.trim()
  return address === '' ? undefined : address
}
