import type { WireEngine } from '@geppetto/engine'
import type { SdkConnection } from '../options.ts'
import { createSdkTransport, sdkConnectionNames } from '../sdk-transport.ts'
import { type ChatModelOptions, createChatEngine } from './engine.ts'
import { needsKey } from './hosts.ts'

/** What {@link openaiChat} takes. */
export type OpenAIChatOptions = ChatModelOptions & SdkConnection

/**
 * Chat Completions of OpenAI, or of a host that speaks it, by the vendor's SDK, which is loaded at the first request.
 * @throws EngineError `invalid_options`
 */
export function openaiChat(options: OpenAIChatOptions): WireEngine {
  return createChatEngine(options, sdkConnectionNames, () =>
    createSdkTransport(options, (host) => needsKey(options.host, host)),
  )
}
