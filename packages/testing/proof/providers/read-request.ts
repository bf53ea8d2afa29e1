import type { JsonObject } from '@geppetto/turns'
import { readAnthropicRequest } from './read-anthropic-request.ts'
import { readChatRequest } from './read-chat-request.ts'
import { readResponsesRequest } from './read-responses-request.ts'
import type { Api } from './recordings.ts'
import type { SaidRequest } from './said.ts'

const readers: Readonly<Record<Api, (body: JsonObject) => SaidRequest>> = {
  'openai-chat': readChatRequest,
  'openai-responses': readResponsesRequest,
  'anthropic-messages': readAnthropicRequest,
}

/** Reads a recorded request. */
export function readRequest(api: Api, body: JsonObject): SaidRequest {
  return readers[api](body)
}
