import { EngineError, type TimeLimits } from '@geppetto/engine'
import { type InferenceConfig, isJsonObject } from '@geppetto/turns'
import type OpenAI from 'openai'

/** What an engine asks for where the turn's data does not say, whatever carries its requests. */
export interface ModelOptions extends InferenceConfig {
  readonly model: string
  readonly timeLimits?: TimeLimits | undefined
}

/** A key, or what gives one for each request. */
export type ApiKey = string | (() => string | Promise<string>)

/**
 * How the vendor's SDK reaches the provider. What is absent, the SDK takes from the environment: `OPENAI_BASE_URL`, and what belongs to that address,
 * or to OpenAI's own where there is none, such as `OPENAI_API_KEY`. To any other `baseUrl` goes nothing of the environment.
 */
export interface SdkConnection {
  /** A client of your own, such as an `AzureOpenAI`: in place of `apiKey` and `baseUrl`. Its retries and timeout are not used. */
  readonly client?: OpenAI | undefined
  /** Sent as a bearer token. Where it is absent, a `baseUrl` that is not the environment's gets none. */
  readonly apiKey?: ApiKey | undefined
  /** Where the API's paths begin. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string | undefined
}

/** How plain `fetch` reaches the provider. */
export interface FetchConnection {
  /** Sent as a bearer token; absent for hosts that ask for none, or for another header, or where `fetch` knows it. */
  readonly apiKey?: ApiKey | undefined
  /** Where the API's paths begin; a query in it, such as `?api-version=…`, goes with every request. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string | undefined
  /** More headers, such as `api-key` for Azure. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch | undefined
}

/** For the error where no model is named. */
export const exampleModel = 'gpt-5-mini'

export const defaultBaseUrl = 'https://api.openai.com/v1'

/** @throws EngineError `invalid_options` when the key is none. */
export function assertApiKey(apiKey: unknown): void {
  if (apiKey === undefined || typeof apiKey === 'function') return
  if (typeof apiKey !== 'string' || apiKey.trim() === '')
    throw new EngineError('invalid_options', 'apiKey must be a text that is not empty, or a function that gives one')
}

/** @throws EngineError `invalid_options` when headers are not texts by name. */
export function assertHeaders(headers: unknown): void {
  const isMap = isJsonObject(headers) && Object.values(headers).every((value) => typeof value === 'string')
  if (headers !== undefined && !isMap)
    throw new EngineError('invalid_options', 'headers must be an object with a text for each header')
}
