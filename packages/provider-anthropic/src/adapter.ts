import { ConversationMemory, type CountingAdapter, numberIn } from '@geppetto/engine'
import { isJsonObject } from '@geppetto/turns'
import { api } from './api.ts'
import { callIdGrammar } from './call-ids.ts'
import { createDecoder, decodeMessage } from './decode.ts'
import { classifyFailure } from './errors.ts'
import { type AnthropicAdapterOptions, checkAdapterOptions } from './options.ts'
import { prepareCount, prepareMessage, type RequestMaker } from './request.ts'
import { toolNameGrammar } from './tools.ts'

/**
 * Anthropic's Messages API as a wire format: pure, to be used with any transport.
 * @throws EngineError `invalid_options`
 * @see https://platform.claude.com/docs/en/api/messages
 */
export function anthropicAdapter(options: AnthropicAdapterOptions = {}): CountingAdapter {
  checkAdapterOptions(options)
  const maker: RequestMaker = { options, memory: new ConversationMemory() }
  return {
    api,
    constraints: {
      toolCallId: callIdGrammar,
      toolName: toolNameGrammar,
      media: { user: ['text', 'image', 'file'], toolResult: ['text', 'image', 'file'] },
      alternatingRoles: true,
      system: 'first',
    },
    requestIdHeader: 'request-id',
    prepare: (turn, defaults, host) => prepareMessage(turn, defaults, host, maker),
    prepareCount: (turn, defaults, host) => prepareCount(turn, defaults, host, maker),
    readCount: (body) => numberIn(isJsonObject(body) ? body : undefined, 'input_tokens') ?? Number.NaN,
    decode: createDecoder,
    decodeJson: decodeMessage,
    classify: classifyFailure,
  }
}
