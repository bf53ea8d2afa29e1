import type { ProviderAdapter } from '@geppetto/engine'
import { classifyFailure, requestIdHeader } from '../errors.ts'
import { toolNamePattern } from '../tool-name.ts'
import { decodeStream, decodeWhole } from './decode.ts'
import { type HostName, type HostQuirks, quirksOf } from './hosts.ts'
import { createMessageMemory } from './message-memory.ts'
import { chatApi, prepareRequest } from './request.ts'

/** What {@link openaiChatAdapter} takes. */
export interface OpenAIChatAdapterOptions {
  /** Whose Chat Completions this is, or in what it differs. Default: by the host's name, else what most hosts take. */
  readonly host?: HostName | Partial<HostQuirks> | undefined
}

/** The Chat Completions API as an adapter. @throws EngineError `invalid_options` when there is no host of the name. */
export function openaiChatAdapter(options: OpenAIChatAdapterOptions = {}): ProviderAdapter {
  const choice = options.host
  const { toolCallId, media, systemAnywhere } = quirksOf(choice, 'api.openai.com')
  const memory = createMessageMemory()
  let known: { readonly host: string; readonly quirks: HostQuirks } | undefined
  // A transport has one host.
  const quirksAt = (host: string): HostQuirks => {
    if (known?.host !== host) known = { host, quirks: quirksOf(choice, host) }
    return known.quirks
  }
  return {
    api: chatApi,
    constraints: {
      toolCallId,
      toolName: toolNamePattern,
      media: { user: ['text', ...media], toolResult: ['text'] },
      system: systemAnywhere ? 'anywhere' : 'first',
    },
    requestIdHeader,
    prepare: (turn, defaults, host) => prepareRequest(turn, { defaults, host, quirks: quirksAt(host), memory }),
    decode: decodeStream,
    decodeJson: decodeWhole,
    classify: (failure) => classifyFailure(failure),
  }
}
