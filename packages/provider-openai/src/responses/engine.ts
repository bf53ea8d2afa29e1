import { createAdapterEngine, type Engine } from '@geppetto/engine'
import { type ModelOptions, readDefaults, type SdkConnection } from '../options.ts'
import { createSdkTransport, sdkConnectionNames } from '../sdk-transport.ts'
import { openaiResponsesAdapter } from './adapter.ts'
import { type ResponsesOptions, responsesOptionNames } from './options.ts'

/** What {@link openaiResponses} takes: connection, model, its settings where the turn does not say, and what is special to Responses. */
export interface OpenAIResponsesOptions extends ModelOptions, ResponsesOptions, SdkConnection {}

/**
 * An engine on OpenAI Responses. Its requests go through the vendor's SDK, which is loaded at the first of them.
 * @throws EngineError `invalid_options`
 */
export function openaiResponses(options: OpenAIResponsesOptions): Engine {
  const defaults = readDefaults(options, [...responsesOptionNames, ...sdkConnectionNames])
  return createAdapterEngine(openaiResponsesAdapter(options), createSdkTransport(options), {
    defaults,
    ...(options.timeLimits === undefined ? undefined : { timeLimits: options.timeLimits }),
  })
}
