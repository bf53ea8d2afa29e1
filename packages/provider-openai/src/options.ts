import { EngineError, type ModelDefaults, type TimeLimits, toEngineError } from '@geppetto/engine'
import { type InferenceConfig, inferenceConfigKey, isJsonObject } from '@geppetto/turns'
import type OpenAI from 'openai'

/** What an engine asks for where the turn's data does not say, whatever carries its requests. */
export interface ModelOptions extends InferenceConfig {
  readonly model: string
  readonly timeLimits?: TimeLimits
}

/** A key, or what gives one for each request. */
export type ApiKey = string | (() => string | Promise<string>)

/**
 * How the vendor's SDK reaches the provider. What is absent, the SDK takes from the environment: `OPENAI_BASE_URL`, and what belongs to that address,
 * or to OpenAI's own where there is none, such as `OPENAI_API_KEY`. To any other `baseUrl` goes nothing of the environment.
 */
export interface SdkConnection {
  /** A client of your own, such as an `AzureOpenAI`: in place of `apiKey` and `baseUrl`. Its retries and timeout are not used. */
  readonly client?: OpenAI
  /** Sent as a bearer token. Where it is absent, a `baseUrl` that is not the environment's gets none. */
  readonly apiKey?: ApiKey | undefined
  /** Where the API's paths begin. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string
}

/** How plain `fetch` reaches the provider. */
export interface FetchConnection {
  /** Sent as a bearer token; absent for hosts that ask for none, or for another header. */
  readonly apiKey?: ApiKey | undefined
  /** Where the API's paths begin; a query in it, such as `?api-version=…`, goes with every request. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string
  /** More headers, such as `api-key` for Azure. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the host's `fetch`. */
  readonly fetch?: typeof fetch
}

export const defaultBaseUrl = 'https://api.openai.com/v1'

const configNames: Readonly<Record<keyof InferenceConfig, true>> = {
  model: true,
  temperature: true,
  topP: true,
  maxOutputTokens: true,
  stopSequences: true,
  seed: true,
  reasoning: true,
  serviceTier: true,
  providerOptions: true,
}

/** The inference config in `options`, checked. @param others the options that are not part of it. @throws EngineError `invalid_options` */
export function readDefaults(options: ModelOptions, others: readonly string[]): ModelDefaults {
  const config: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (Object.hasOwn(configNames, name)) config[name] = value
    else if (name !== 'timeLimits' && !others.includes(name)) throw unknownOption(name, others)
  }
  const { model } = options
  if (typeof model !== 'string' || model.trim() === '')
    throw new EngineError('invalid_options', "model must be the model's name, such as gpt-5-mini")
  try {
    return { ...inferenceConfigKey.read(inferenceConfigKey.write({}, config)), model }
  } catch (error) {
    throw toEngineError(error, 'invalid_options')
  }
}

function unknownOption(name: string, others: readonly string[]): EngineError {
  const known = [...Object.keys(configNames), 'timeLimits', ...others].join(', ')
  return new EngineError('invalid_options', `there is no option ${name}: the options are ${known}`)
}

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
