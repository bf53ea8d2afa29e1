import {
  EngineError,
  type PreparedRequest,
  type Transport,
  type WireResponse,
  withoutSecretsIn,
} from '@geppetto/engine'
import { toErrorData } from '@geppetto/turns'
import type OpenAI from 'openai'
import type { ClientOptions } from 'openai'
import { readEnvironment } from './environment.ts'
import { assertApiKey, defaultBaseUrl, type SdkConnection } from './options.ts'
import { type Exchange, exchangeIn, watchClient } from './watched-client.ts'

/** The options of {@link SdkConnection}, by name. */
export const sdkConnectionNames: readonly string[] = ['client', 'apiKey', 'baseUrl']

/** The longest that a timer can run: our own limits end a call earlier. */
const noTimeoutMs = 2 ** 31 - 1

/**
 * Carries requests by the vendor's SDK, loaded at the first one: its authorisation, address, proxy and `fetch`. The body is ours
 * to the byte, the response is taken raw, and its retries and timeout are off.
 * @param isKeyless whether a host needs no key. Where neither `apiKey` nor the environment has one, none is sent to it.
 * @throws EngineError `invalid_options`
 */
export function createSdkTransport(
  connection: SdkConnection,
  isKeyless: (host: string) => boolean = () => false,
): Transport {
  assertConnection(connection)
  const baseUrl =
    connection.client?.baseURL ?? connection.baseUrl ?? readEnvironment('OPENAI_BASE_URL') ?? defaultBaseUrl
  const host = hostOf(baseUrl)
  let loading: Promise<OpenAI> | undefined
  return {
    host,
    async send(request, signal) {
      loading ??= loadClient(connection, baseUrl, isKeyless(host))
      const client = await loading
      const { baseURL } = connection.client ?? client
      if (hostOf(baseURL) !== host) {
        const message = `the client's baseURL has changed from ${host} to ${baseURL}: make a new engine for another host`
        throw new EngineError('invalid_options', message)
      }
      return await sendBy(client, request, signal)
    },
  }
}

async function sendBy(client: OpenAI, request: PreparedRequest, signal: AbortSignal): Promise<WireResponse> {
  const exchange: Exchange = { body: request.body }
  try {
    const response = await client
      .post(request.path, {
        // The Azure client looks for the model in an object, and sends bytes as they are; the others do so with a text.
        body: 'deploymentName' in client ? new TextEncoder().encode(request.body) : request.body,
        __metadata: { model: request.model },
        headers: { 'content-type': 'application/json', ...request.headers },
        stream: request.stream,
        signal,
        maxRetries: 0,
        timeout: noTimeoutMs,
        fetchOptions: exchangeIn(exchange),
      })
      .asResponse()
    if (exchange.isSent === true) return toWire(response, exchange)
    response.body?.cancel().catch(ignoreBrokenBody)
  } catch (error) {
    // The SDK makes errors of its own of both: what we know is better.
    if (exchange.refusal !== undefined) throw exchange.refusal
    if (exchange.failed !== undefined) return toWire(exchange.failed, exchange)
    throw withoutSecretsIn(error, exchange.secrets)
  }
  throw new EngineError(
    'invalid_options',
    'the client sends requests past its own fetch: what it sends cannot be known',
  )
}

function toWire({ status, headers, body }: Response, { secrets = [] }: Exchange): WireResponse {
  return { status, headers, body, secrets }
}

async function loadClient(connection: SdkConnection, baseURL: string, isKeyless: boolean): Promise<OpenAI> {
  const { client, apiKey } = connection
  if (client !== undefined) return watchClient(client)
  const { OpenAI: Client } = await import('openai')
  const options: ClientOptions = { baseURL, ...keyOptions(apiKey, isKeyless) }
  try {
    return watchClient(new Client(options))
  } catch (cause) {
    const message = 'the openai SDK cannot be used: give an apiKey, set OPENAI_API_KEY, or pass a client of your own'
    throw new EngineError(apiKey === undefined ? 'auth' : 'invalid_options', message, { cause })
  }
}

/** The SDK wants some key, also for who wants none. */
function keyOptions(apiKey: SdkConnection['apiKey'], isKeyless: boolean): ClientOptions {
  if (apiKey !== undefined) return { apiKey: sdkKey(apiKey) }
  const needsNone = isKeyless && readEnvironment('OPENAI_API_KEY') === undefined
  return needsNone ? { apiKey: 'none', defaultHeaders: { authorization: null } } : {}
}

function sdkKey(apiKey: NonNullable<SdkConnection['apiKey']>): NonNullable<ClientOptions['apiKey']> {
  if (typeof apiKey === 'string') return apiKey
  return async () => {
    try {
      return await apiKey()
    } catch (cause) {
      throw new EngineError('auth', `the apiKey function failed: ${toErrorData(cause).message}`, { cause })
    }
  }
}

function assertConnection({ client, apiKey, baseUrl }: SdkConnection): void {
  assertApiKey(apiKey)
  if (client === undefined) return
  if (apiKey !== undefined || baseUrl !== undefined)
    throw new EngineError('invalid_options', 'a client brings its own key and address: leave out apiKey and baseUrl')
  if (typeof client.post !== 'function' || typeof client.withOptions !== 'function')
    throw new EngineError('invalid_options', 'client must be a client of the openai SDK, such as new OpenAI()')
}

function hostOf(baseUrl: string): string {
  if (URL.canParse(baseUrl)) return new URL(baseUrl).host
  throw new EngineError('invalid_options', 'baseUrl must be an address such as https://api.openai.com/v1')
}

/** The request is refused already. */
function ignoreBrokenBody(): void {}
