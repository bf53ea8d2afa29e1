import { type AdapterEngineOptions, createAdapterEngine, type Engine, type Transport } from '@geppetto/engine'
import { type ModelOptions, readDefaults } from '../options.ts'
import { openaiResponsesAdapter } from './adapter.ts'
import { type OpenAIResponsesAdapterOptions, responsesOptionNames } from './options.ts'

/** What asks for a response, on any transport. */
export type ResponsesModelOptions = ModelOptions & OpenAIResponsesAdapterOptions

/** The engine of a transport. @param connectionNames the options that are the transport's. @throws EngineError `invalid_options` */
export function createResponsesEngine(
  options: ResponsesModelOptions,
  connectionNames: readonly string[],
  connect: () => Transport,
): Engine {
  const defaults = readDefaults(options, [...connectionNames, ...responsesOptionNames])
  const { timeLimits } = options
  const settings: AdapterEngineOptions = { defaults, ...(timeLimits === undefined ? undefined : { timeLimits }) }
  return createAdapterEngine(openaiResponsesAdapter(options), connect(), settings)
}
