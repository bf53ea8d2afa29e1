import type { CountingEngine } from '@geppetto/engine'
import { needsKey } from '../chat/hosts.ts'
import type { SdkConnection } from '../options.ts'
import { createSdkTransport, sdkConnectionNames } from '../sdk-transport.ts'
import { createResponsesEngine, type ResponsesModelOptions } from './engine.ts'

/** What {@link openaiResponses} takes. */
export type OpenAIResponsesOptions = ResponsesModelOptions & SdkConnection

/**
 * OpenAI Responses by the vendor's SDK, which is loaded at the first request.
 * @throws EngineError `invalid_options`
 */
export function openaiResponses(options: OpenAIResponsesOptions): CountingEngine {
  return createResponsesEngine(options, sdkConnectionNames, () =>
    createSdkTransport(options, (host) => needsKey(undefined, host)),
  )
}
