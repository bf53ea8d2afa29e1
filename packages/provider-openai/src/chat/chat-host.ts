import {
  createAdapterEngine,
  EngineError,
  type ProviderAdapter,
  readBaseUrl,
  readModelOptions,
  type WireEngine,
} from '@geppetto/engine'
import { defined } from '@geppetto/turns'
import { classifyFailure, type HostErrorCodes } from '../errors.ts'
import { createOpenAIFetchTransport, fetchConnectionNames, type KeyHeader } from '../fetch-transport.ts'
import type { FetchConnection, ModelOptions } from '../options.ts'
import { openaiChatAdapter } from './adapter.ts'
import type { HostQuirks } from './hosts.ts'
import { type PayloadReaders, withPayloads } from './payloads.ts'
import { chatApi } from './request.ts'

/** What sets a host apart that speaks Chat Completions: a table, and nothing else. What is absent is as most hosts have it. */
export interface ChatHost {
  /** Where its paths begin, such as `https://api.acme.example/v1`. */
  readonly baseUrl: string
  /** A model that it has, for the error where none is named. */
  readonly exampleModel: string
  /** Whether it serves nobody without a key. Default true. */
  readonly needsKey?: boolean
  /** Default `authorization: Bearer …`. The name must say that it holds a key, such as `x-api-key`: what does not is not masked. */
  readonly keyHeader?: KeyHeader
  /** More headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** In what its requests differ. */
  readonly quirks?: Partial<HostQuirks>
  /** The response header with its id of the request. Default `x-request-id`. */
  readonly requestIdHeader?: string
  /** What it means by an error, by its word (`code` or `type`) or by the HTTP status, such as `'402'`: before what most hosts mean by it. */
  readonly errorCodes?: HostErrorCodes
  /** Readers of what its streams have beside chunks, by the name of the event or by their `object`. */
  readonly payloads?: PayloadReaders
}

/** What an engine of a {@link ChatHost} takes. */
export type ChatHostOptions = ModelOptions & FetchConnection

/**
 * The engines of a host, by plain `fetch`.
 * @throws EngineError `invalid_options` when the table cannot be right; so does the function it returns, of options.
 */
export function createChatHost(host: ChatHost): (options: ChatHostOptions) => WireEngine {
  readBaseUrl(host.baseUrl, 'https://api.acme.example/v1')
  const { keyHeader, needsKey = true, exampleModel } = host
  if (keyHeader !== undefined && !/auth|key|token/i.test(keyHeader.name))
    throw new EngineError('invalid_options', `keyHeader ${keyHeader.name} does not say that it holds a key`)
  adapterOf(host)
  return (options) => {
    const defaults = readModelOptions(options, { api: chatApi, others: fetchConnectionNames, exampleModel })
    const { apiKey, baseUrl = host.baseUrl, fetch } = options
    const headers = { ...host.headers, ...options.headers }
    const connection: FetchConnection = { baseUrl, headers, ...defined({ apiKey, fetch }) }
    const transport = createOpenAIFetchTransport(connection, () => needsKey, keyHeader)
    return createAdapterEngine(adapterOf(host), transport, { defaults, ...defined({ timeLimits: options.timeLimits }) })
  }
}

/** One for each engine: an adapter remembers what it has sent. */
function adapterOf({ quirks, requestIdHeader, errorCodes, payloads }: ChatHost): ProviderAdapter {
  const adapter = openaiChatAdapter(quirks === undefined ? {} : { host: quirks })
  return {
    ...adapter,
    ...defined({ requestIdHeader }),
    classify: (failure) => classifyFailure(failure, errorCodes),
    decode: payloads === undefined ? adapter.decode : withPayloads(adapter.decode, payloads),
  }
}
