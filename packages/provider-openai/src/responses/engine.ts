import {
  type AdapterEngineOptions,
  type CountingEngine,
  createAdapterEngine,
  readModelOptions,
  type Transport,
} from '@geppetto/engine'
import { exampleModel, type ModelOptions } from '../options.ts'
import { openaiResponsesAdapter } from './adapter.ts'
import { type OpenAIResponsesAdapterOptions, responsesOptionNames } from './options.ts'
import { api } from './request.ts'

/** What asks for a response, on any transport. */
export type ResponsesModelOptions = ModelOptions & OpenAIResponsesAdapterOptions

/** The engine of a transport. @param connectionNames the options that are the transport's. @throws EngineError `invalid_options` */
export function createResponsesEngine(
  options: ResponsesModelOptions,
  connectionNames: readonly string[],
  connect: () => Transport,
): CountingEngine {
  const defaults = readModelOptions(options, {
    api,
    others: [...connectionNames, ...responsesOptionNames],
    exampleModel,
  })
  const { timeLimits } = options
  const settings: AdapterEngineOptions = { defaults, ...(timeLimits === undefined ? undefined : { timeLimits }) }
  return createAdapterEngine(openaiResponsesAdapter(options), connect(), settings)
}
