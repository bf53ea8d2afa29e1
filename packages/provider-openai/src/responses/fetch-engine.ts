import { createAdapterEngine, type Engine } from '@geppetto/engine'
import { createOpenAIFetchTransport, fetchConnectionNames } from '../fetch-transport.ts'
import { type FetchConnection, type ModelOptions, readDefaults } from '../options.ts'
import { openaiResponsesAdapter } from './adapter.ts'
import { type ResponsesOptions, responsesOptionNames } from './options.ts'

/** What {@link openaiResponses} takes: connection, model, its settings where the turn does not say, and what is special to Responses. */
export interface OpenAIResponsesOptions extends ModelOptions, ResponsesOptions, FetchConnection {}

/** An engine on OpenAI Responses by plain `fetch`: for browsers, workers and small programs. @throws EngineError `invalid_options` */
export function openaiResponses(options: OpenAIResponsesOptions): Engine {
  const defaults = readDefaults(options, [...responsesOptionNames, ...fetchConnectionNames])
  return createAdapterEngine(openaiResponsesAdapter(options), createOpenAIFetchTransport(options), {
    defaults,
    ...(options.timeLimits === undefined ? undefined : { timeLimits: options.timeLimits }),
  })
}
