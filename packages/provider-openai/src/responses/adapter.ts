import { type CountingAdapter, EngineError, numberIn } from '@geppetto/engine'
import { classifyFailure, requestIdHeader } from '../errors.ts'
import { toolNamePattern } from '../tool-name.ts'
import { asksForApproval } from './built-in-calls.ts'
import { decodeStream, decodeWhole } from './decode.ts'
import { callIdPattern } from './input-builder.ts'
import { assertResponsesOptions, type OpenAIResponsesAdapterOptions } from './options.ts'
import { api, prepareRequest, toCountRequest } from './request.ts'
import { WireCache } from './wire-cache.ts'

/**
 * The wire format of OpenAI Responses: https://platform.openai.com/docs/api-reference/responses. Pure; make an engine of it with `createAdapterEngine`.
 * @throws EngineError `invalid_options`
 */
export function openaiResponsesAdapter(options: OpenAIResponsesAdapterOptions = {}): CountingAdapter {
  assertResponsesOptions(options)
  const asks = asksForApproval(options.serverTools ?? [])
  const maker = { options, cache: new WireCache() }
  return {
    api,
    constraints: {
      toolCallId: callIdPattern,
      toolName: toolNamePattern,
      media: { user: ['text', 'image', 'file'], toolResult: ['text', 'image', 'file'] },
      system: 'anywhere',
    },
    requestIdHeader,
    prepare: (turn, defaults, host) => prepareRequest(maker, turn, defaults, host),
    decode: (output) => decodeStream(output, asks),
    decodeJson: (body, output) => decodeWhole(body, output, asks),
    classify: classifyFailure,
    prepareCount: (turn, defaults, host) => toCountRequest(prepareRequest(maker, turn, defaults, host)),
    readCount(body) {
      const count = numberIn(body, 'input_tokens')
      if (count === undefined) throw new EngineError('protocol', 'the answer holds no input_tokens')
      return count
    },
  }
}
