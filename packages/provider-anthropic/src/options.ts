import { EngineError, type ModelDefaults, readBaseUrl, readModelOptions, type TimeLimits } from '@geppetto/engine'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { api, defaultBaseUrl, exampleModel } from './api.ts'

/** What the wire format itself is given, whatever carries it. */
export interface AnthropicAdapterOptions {
  /**
   * Whether requests say up to where the provider shall keep what it read. Default `auto`: each step of a session sends its whole
   * past again, and what was kept costs a tenth; writing it costs a quarter more, once.
   */
  readonly cache?: 'auto' | 'off' | undefined
  /**
   * Tools that the provider runs itself, as the API describes them: `{ type: 'web_search_20250305', name: 'web_search' }`. Remote tool
   * servers (`{ type: 'url', name, url, … }`) stand here too.
   */
  readonly serverTools?: readonly JsonObject[] | undefined
  /** Words for the header `anthropic-beta`. */
  readonly betas?: readonly string[] | undefined
}

/** What to ask for, how, and how long to wait for it: what both engines take. */
export interface AnthropicEngineOptions extends AnthropicAdapterOptions, ModelDefaults {
  readonly timeLimits?: TimeLimits | undefined
}

const adapterNames = ['cache', 'serverTools', 'betas'] as const

/** Options that were found to be right, by what they are for. */
export interface SplitOptions {
  readonly defaults: ModelDefaults
  readonly adapter: AnthropicAdapterOptions
}

/**
 * Checks the options and takes them apart.
 * @param names what else may be given.
 * @throws EngineError `invalid_options` naming the option.
 */
export function splitOptions(options: AnthropicEngineOptions, names: readonly string[]): SplitOptions {
  const defaults = readModelOptions(options, {
    api,
    others: [...adapterNames, ...names],
    exampleModel,
  })
  const { cache, serverTools, betas } = options
  checkAdapterOptions({ ...options })
  return {
    defaults,
    adapter: {
      ...(cache === undefined ? undefined : { cache }),
      ...(serverTools === undefined ? undefined : { serverTools }),
      ...(betas === undefined ? undefined : { betas }),
    },
  }
}

/** @throws EngineError `invalid_options` naming the option. */
export function checkAdapterOptions({ cache, serverTools, betas }: AnthropicAdapterOptions): void {
  if (cache !== undefined && cache !== 'auto' && cache !== 'off') throw invalid('cache must be "auto" or "off"')
  if (serverTools !== undefined && !(Array.isArray(serverTools) && serverTools.every(isTyped)))
    throw invalid('serverTools must be a list of objects with a type, as the API describes them')
  if (betas !== undefined && !(Array.isArray(betas) && betas.every((beta) => typeof beta === 'string' && beta !== '')))
    throw invalid('betas must be a list of words')
}

function isTyped(tool: unknown): boolean {
  return isJsonObject(tool) && typeof tool.type === 'string'
}

/** The address that the API's paths are put behind. They begin with the version, as do the addresses that other libraries are given. */
export function toRoot(baseUrl: string): string {
  const url = readBaseUrl(baseUrl, defaultBaseUrl)
  url.pathname = url.pathname.replace(/\/v1\/*$/, '')
  return url.pathname === '/' && url.search === '' ? url.origin : url.href
}

/** The error for options that cannot be. */
export function invalid(message: string, cause?: unknown): EngineError {
  return new EngineError('invalid_options', message, cause === undefined ? {} : { cause })
}
