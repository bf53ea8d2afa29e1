import type { CountingEngine } from '@geppetto/engine'
import { needsKey } from '../chat/hosts.ts'
import { createOpenAIFetchTransport, fetchConnectionNames } from '../fetch-transport.ts'
import type { FetchConnection } from '../options.ts'
import { createResponsesEngine, type ResponsesModelOptions } from './engine.ts'

/** What {@link openaiResponses} takes. */
export type OpenAIResponsesOptions = ResponsesModelOptions & FetchConnection

/** OpenAI Responses by plain `fetch`: for browsers, workers and small programs. @throws EngineError `invalid_options` */
export function openaiResponses(options: OpenAIResponsesOptions): CountingEngine {
  return createResponsesEngine(options, fetchConnectionNames, () =>
    createOpenAIFetchTransport(options, (host) => needsKey(undefined, host)),
  )
}
