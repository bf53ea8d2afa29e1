import { createFetchTransport, EngineError, readApiKey, type Transport } from '@geppetto/engine'
import { assertApiKey, assertHeaders, defaultBaseUrl, type FetchConnection } from './options.ts'

/** The options of {@link FetchConnection}, by name. */
export const fetchConnectionNames: readonly string[] = ['apiKey', 'baseUrl', 'headers', 'fetch']

/** The header that carries the key. */
export interface KeyHeader {
  readonly name: string
  /** What stands in front of the key. */
  readonly before: string
}

const bearer: KeyHeader = { name: 'authorization', before: 'Bearer ' }

/**
 * Carries requests by plain `fetch`.
 * @param needsKey whether a host is known to want a key: without one it is told of before anything is sent.
 * @throws EngineError `invalid_options`
 */
export function createOpenAIFetchTransport(
  connection: FetchConnection,
  needsKey: (host: string) => boolean = () => false,
  keyHeader: KeyHeader = bearer,
): Transport {
  const { apiKey, baseUrl = defaultBaseUrl, headers } = connection
  assertApiKey(apiKey)
  assertHeaders(headers)
  const transport = createFetchTransport({
    baseUrl,
    headers: async () => {
      if (isKeyless(connection, baseUrl) && needsKey(transport.host))
        throw new EngineError('auth', `${transport.host} wants a key, give it as apiKey`)
      const key = await readApiKey(apiKey)
      return { ...(key === undefined ? undefined : { [keyHeader.name]: keyHeader.before + key }), ...headers }
    },
    knownHeaders: { ...(apiKey === undefined ? undefined : { [keyHeader.name]: 'of the key' }), ...headers },
    ...(connection.fetch === undefined ? undefined : { fetch: connection.fetch }),
  })
  return transport
}

/** Whether nothing in the options can be a key. A `fetch` of the program's may know one. */
function isKeyless({ apiKey, headers = {}, fetch }: FetchConnection, baseUrl: string): boolean {
  if (apiKey !== undefined || fetch !== undefined) return false
  const names = [...Object.keys(headers), ...new URL(baseUrl).searchParams.keys()]
  return !names.some((name) => /auth|key|token|sig|cookie/i.test(name))
}
