import type { Api } from '../../wire/scenario.ts'
import type { Message } from '../client.ts'
import { models } from '../conversation.ts'
import { weatherTool } from '../weather-tool.ts'

export const paths: Readonly<Record<Api, string>> = {
  chat: '/chat/completions',
  responses: '/responses',
  anthropic: '/messages',
}

/** One request as the loops without a library make it. `messages` are in the format of the API. */
export function requestBody(api: Api, messages: readonly (Message | object)[], hasTools: boolean): object {
  const model = models[api]
  const { name, description, parameters } = weatherTool
  if (api === 'chat')
    return {
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages,
      ...(hasTools ? { tools: [{ type: 'function', function: weatherTool }] } : undefined),
    }
  if (api === 'responses')
    return {
      model,
      stream: true,
      input: messages,
      ...(hasTools ? { tools: [{ type: 'function', ...weatherTool, strict: true }] } : undefined),
    }
  const tools = [{ name, description, input_schema: parameters }]
  return { model, stream: true, max_tokens: 4_096, messages, ...(hasTools ? { tools } : undefined) }
}
