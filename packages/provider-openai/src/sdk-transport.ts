import {
  EngineError,
  type EnvironmentUse,
  environmentUseOf,
  headersWithoutEnvironment,
  keyFailureIn,
  type PreparedRequest,
  readApiKey,
  readEnvironment,
  type Transport,
  type VendorEnvironment,
  type WireResponse,
  withoutSecretsIn,
} from '@geppetto/engine'
import type OpenAI from 'openai'
import type { ClientOptions } from 'openai'
import { describeRequest } from './describe-request.ts'
import { assertApiKey, defaultBaseUrl, type SdkConnection } from './options.ts'
import { type Exchange, exchangeIn, watchClient } from './watched-client.ts'

/** The options of {@link SdkConnection}, by name. */
export const sdkConnectionNames: readonly string[] = ['client', 'apiKey', 'baseUrl']

/** The longest that a timer can run: our own limits end a call earlier. */
const noTimeoutMs = 2 ** 31 - 1

/** Whose what the SDK finds in the environment is. @see https://github.com/openai/openai-node */
const environment: VendorEnvironment = {
  domain: 'openai.com',
  baseUrl: 'OPENAI_BASE_URL',
  keys: ['OPENAI_API_KEY'],
  headers: 'OPENAI_CUSTOM_HEADERS',
}

/** A client, and what of the environment it may send; undefined for the program's own client, which brings what it sends. */
interface LoadedClient {
  readonly client: OpenAI
  readonly use: EnvironmentUse | undefined
}

/**
 * Carries requests by the vendor's SDK, loaded at the first one: its authorisation, address, proxy and `fetch`. The body is ours
 * to the byte, the response is taken raw, and its retries and timeout are off.
 * @param needsKey whether a host is known to want a key.
 * @throws EngineError `invalid_options`
 */
export function createSdkTransport(
  connection: SdkConnection,
  needsKey: (host: string) => boolean = () => false,
): Transport {
  assertConnection(connection)
  const baseUrl =
    connection.client?.baseURL ?? connection.baseUrl ?? readEnvironment(environment.baseUrl) ?? defaultBaseUrl
  const host = hostOf(baseUrl)
  let loading: Promise<LoadedClient> | undefined
  return {
    host,
    async send(request, signal) {
      loading ??= loadClient(connection, baseUrl)
      const { client, use } = await loading
      const { baseURL } = connection.client ?? client
      if (hostOf(baseURL) !== host) {
        const message = `the client's baseURL has changed from ${host} to ${baseURL}: make a new engine for another host`
        throw new EngineError('invalid_options', message)
      }
      const headers = use === undefined || use === 'all' ? {} : await ownHeaders(connection, use, needsKey(host), host)
      return await sendBy(client, request, headers, signal)
    },
    describe: (request) => describeRequest(connection, baseUrl, environmentUseOf(baseUrl, environment), request),
  }
}

/** The headers of a request that takes no key from the environment. @throws EngineError `auth` */
async function ownHeaders(
  { apiKey }: SdkConnection,
  use: 'headers' | 'none',
  needsKey: boolean,
  host: string,
): Promise<Readonly<Record<string, string | null>>> {
  if (apiKey === undefined && needsKey && use === 'none') {
    const unused = readEnvironment('OPENAI_API_KEY') === undefined ? '' : ': the one in OPENAI_API_KEY is not for it'
    throw new EngineError('auth', `${host} wants a key, give it as apiKey${unused}`)
  }
  return headersWithoutEnvironment(await readApiKey(apiKey), use, environment)
}

async function sendBy(
  client: OpenAI,
  request: PreparedRequest,
  headers: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<WireResponse> {
  const exchange: Exchange = { body: request.body }
  try {
    const response = await client
      .post(request.path, {
        // The Azure client looks for the model in an object, and sends bytes as they are; the others do so with a text.
        body: 'deploymentName' in client ? new TextEncoder().encode(request.body) : request.body,
        __metadata: { model: request.model },
        headers: { ...headers, 'content-type': 'application/json', ...request.headers },
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
    throw keyFailureIn(error) ?? withoutSecretsIn(error, exchange.secrets?.())
  }
  throw new EngineError(
    'invalid_options',
    'the client sends requests past its own fetch: what it sends cannot be known',
  )
}

function toWire({ status, headers, body }: Response, exchange: Exchange): WireResponse {
  return {
    status,
    headers,
    body,
    get secrets() {
      return exchange.secrets?.() ?? []
    },
  }
}

async function loadClient(connection: SdkConnection, baseURL: string): Promise<LoadedClient> {
  const { client, apiKey } = connection
  if (client !== undefined) return { client: watchClient(client), use: undefined }
  const { OpenAI: Client } = await import('openai')
  const use = environmentUseOf(baseURL, environment)
  try {
    return { client: watchClient(new Client({ baseURL, ...credentialOptions(apiKey, use) })), use }
  } catch (cause) {
    const message = 'the openai SDK cannot be used: give an apiKey, set OPENAI_API_KEY, or pass a client of your own'
    throw new EngineError(apiKey === undefined ? 'auth' : 'invalid_options', message, { cause })
  }
}

function credentialOptions(apiKey: SdkConnection['apiKey'], use: EnvironmentUse): ClientOptions {
  // The SDK wants some key, also where it is not the one that says who asks.
  if (use !== 'all') return { apiKey: 'none', adminAPIKey: null, organization: null, project: null }
  if (apiKey === undefined) return {}
  return { apiKey: typeof apiKey === 'string' ? apiKey : async () => (await readApiKey(apiKey)) ?? '' }
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
