import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import {
  type ImportResult,
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
} from '@geppetto/turns/import'

/** Whose messages they are. */
export const messageForms = ['openai-chat', 'openai-responses', 'anthropic', 'ai-sdk'] as const

/** One of {@link messageForms}. */
export type MessageForm = (typeof messageForms)[number]

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
  return { messages, form: messages === around.input ? 'openai-responses' : formOf(messages) }
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

/** What only one of them has. Where there is no such thing, all have the same: role and text. */
function formOf(messages: readonly JsonValue[]): MessageForm {
  for (const message of messages.filter(isJsonObject)) {
    if (Array.isArray(message.parts)) return 'ai-sdk'
    if (message.tool_calls !== undefined || message.tool_call_id !== undefined) return 'openai-chat'
    if (message.role === undefined && typeof message.type === 'string') return 'openai-responses'
    const content = Array.isArray(message.content) ? message.content.filter(isJsonObject) : []
    for (const part of content) {
      const form = partForm(part)
      if (form !== undefined) return form
    }
  }
  return 'openai-chat'
}

function partForm({ type, source }: JsonObject): MessageForm | undefined {
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'input_image':
    case 'input_file':
      return 'openai-responses'
    case 'image_url':
    case 'input_audio':
      return 'openai-chat'
    case 'tool_use':
    case 'tool_result':
    case 'thinking':
    case 'redacted_thinking':
    case 'document':
      return 'anthropic'
    case 'tool-call':
    case 'tool-result':
    case 'reasoning':
      return 'ai-sdk'
    case 'image':
      return isJsonObject(source) ? 'anthropic' : 'ai-sdk'
    default:
      return undefined
  }
}
