import { type DecoderOutput, EngineError, type ProviderAdapter, type WireFailure } from '@geppetto/engine'
import { type Block, contentText, type JsonValue } from '@geppetto/turns'

/** One event of the tests' own wire format. */
export type Word =
  | { readonly say: string }
  | { readonly call: string; readonly input: JsonValue }
  | { readonly stop: 'end' | 'tools' }

/** The words as server-sent events. */
export function toStream(words: readonly Word[]): string {
  return words.map((word) => `data: ${JSON.stringify(word)}\n\n`).join('')
}

/** An adapter for a wire format as small as can be. */
export const wordAdapter: ProviderAdapter = {
  api: 'test-words',
  constraints: {},
  requestIdHeader: 'x-request-id',
  prepare: (turn, defaults) => ({
    model: defaults.model,
    method: 'POST',
    path: '/v1/words',
    headers: {},
    body: JSON.stringify({ model: defaults.model, messages: turn.blocks.map(toMessage) }),
    stream: true,
    degradations: [],
  }),
  decode(output) {
    let text: ReturnType<DecoderOutput['text']> | undefined
    const closeText = () => {
      text?.finish()
      text = undefined
    }
    return {
      event(_name, data) {
        const word: Word = JSON.parse(data)
        if ('say' in word) {
          text ??= output.text()
          text.append(word.say)
          return
        }
        closeText()
        if ('stop' in word) return output.stop(word.stop === 'end' ? 'end_turn' : 'tool_calls', word.stop)
        const writer = output.toolCall(word.call)
        writer.append(JSON.stringify(word.input))
        writer.finish()
      },
      end() {},
    }
  },
  decodeJson() {
    throw new TypeError('this format is always a stream')
  },
  classify(failure: WireFailure) {
    if (failure.kind === 'stream') return new EngineError('unavailable', 'it failed')
    const code = failure.status >= 500 ? 'unavailable' : 'invalid_request'
    return new EngineError(code, failure.body, { status: failure.status })
  },
}

function toMessage(block: Block): JsonValue {
  if (block.kind === 'user') return { user: contentText(block.content) }
  if (block.kind === 'assistant') return { assistant: block.text }
  if (block.kind === 'tool-call') return { call: block.name, id: block.callId }
  if (block.kind === 'tool-result') return { result: contentText(block.content), id: block.callId }
  return { other: block.kind }
}
