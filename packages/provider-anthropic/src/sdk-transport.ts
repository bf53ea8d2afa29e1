import type { PreparedRequest, RequestTarget, Transport } from '@geppetto/engine'
import type { AnthropicClient } from './anthropic-client.ts'
import { exchangeIn, WatchedClient } from './watched-client.ts'

/** A client, and the headers that a request through it is given beside its own. */
export interface LoadedClient {
  readonly client: AnthropicClient
  /** Null takes a header of the client's away. */
  readonly headers?: () => Promise<Readonly<Record<string, string | null>>>
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
  let watched: WatchedClient | undefined
  return {
    host: new URL(address).host,
    describe,
    async send(request, signal) {
      const { client, headers } = await loadClient()
      const more = (await headers?.()) ?? {}
      // To copy a client takes longer than to read a short answer.
      if (watched?.isOf(client) !== true) watched = new WatchedClient(client)
      const exchange = watched.begin(request)
      try {
        const response = await watched.client
          .post(request.path, {
            // A ready text goes out as it is when its type is said.
            headers: { ...more, 'content-type': 'application/json', 'x-stainless-timeout': null, ...request.headers },
            body: request.body,
            signal,
            timeout: noTimeout,
            stream: request.stream,
            fetchOptions: exchangeIn(exchange),
          })
          .asResponse()
        return exchange.toWire(response)
      } catch (error) {
        return exchange.explain(error, signal)
      } finally {
        exchange.end()
      }
    },
  }
}
