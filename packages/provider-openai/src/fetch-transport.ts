import { createFetchTransport, type Transport } from '@geppetto/engine'
import { assertApiKey, assertHeaders, defaultBaseUrl, type FetchConnection } from './options.ts'

/** The options of {@link FetchConnection}, by name. */
export const fetchConnectionNames: readonly string[] = ['apiKey', 'baseUrl', 'headers', 'fetch']

/** Carries requests by plain `fetch`. @throws EngineError `invalid_options` */
export function createOpenAIFetchTransport(connection: FetchConnection): Transport {
  const { apiKey, baseUrl = defaultBaseUrl, headers } = connection
  assertApiKey(apiKey)
  assertHeaders(headers)
  return createFetchTransport({
    baseUrl,
    headers: async () => {
      const key = typeof apiKey === 'function' ? await apiKey() : apiKey
      return { ...(key === undefined ? undefined : { authorization: `Bearer ${key}` }), ...headers }
    },
    knownHeaders: { ...(apiKey === undefined ? undefined : { authorization: 'of the key' }), ...headers },
    ...(connection.fetch === undefined ? undefined : { fetch: connection.fetch }),
  })
}
