import type { WireEngine } from '@geppetto/engine'
import { createOpenAIFetchTransport, fetchConnectionNames } from '../fetch-transport.ts'
import type { FetchConnection } from '../options.ts'
import { type ChatModelOptions, createChatEngine } from './engine.ts'
import { needsKey } from './hosts.ts'

/** What {@link openaiChat} takes. */
export type OpenAIChatOptions = ChatModelOptions & FetchConnection

/** Chat Completions of OpenAI, or of a host that speaks it, by plain `fetch`. @throws EngineError `invalid_options` */
export function openaiChat(options: OpenAIChatOptions): WireEngine {
  return createChatEngine(options, fetchConnectionNames, () =>
    createOpenAIFetchTransport(options, (host) => needsKey(options.host, host)),
  )
}
