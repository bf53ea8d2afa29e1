import { isJsonObject, type JsonValue } from '@geppetto/turns'
import {
  type ImportResult,
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
  type MessageForm,
  messageFormOf,
} from '@geppetto/turns/import'

/** Messages as they stand in a file: a list, or the request or answer around it. */
export interface FoundMessages {
  readonly messages: readonly JsonValue[]
  readonly system?: JsonValue
  /** Whose they seem to be. */
  readonly form: MessageForm
}

/** The messages in `json`; undefined where there are none. */
export function findMessages(json: JsonValue): FoundMessages | undefined {
  const around = isJsonObject(json) ? json : {}
  const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)
  const messages = [json, around.messages, around.input, around.items].find(isList)
  if (messages === undefined) return undefined
  const { system } = around
  if (system !== undefined) return { messages, system, form: 'anthropic' }
  return { messages, form: messages === around.input ? 'openai-responses' : (messageFormOf(messages) ?? 'openai-chat') }
}

/** Reads messages of that form. */
export function importMessages({ messages, system }: FoundMessages, form: MessageForm): ImportResult {
  switch (form) {
    case 'openai-chat':
      return importOpenAIChatMessages(messages)
    case 'openai-responses':
      return importOpenAIResponsesItems(messages)
    case 'anthropic':
      return importAnthropicMessages(system === undefined ? { messages } : { system, messages })
    case 'ai-sdk':
      return importAISDKMessages(messages)
  }
}
