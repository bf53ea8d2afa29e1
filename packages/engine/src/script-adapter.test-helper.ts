import { assistantText, contentText, isJsonObject, type JsonValue, providerCalls, type Turn } from '@geppetto/turns'
import { type Decoder, type DecoderOutput, EngineError, type ProviderAdapter, type WireFailure } from './index.ts'

/** One line of an answer in the tests' own wire format: what to do, to which piece, with what. */
export type Line =
  | { readonly do: 'open'; readonly piece: string; readonly kind: 'text' | 'reasoning' }
  | { readonly do: 'call'; readonly piece: string; readonly name: string }
  | { readonly do: 'add'; readonly piece: string; readonly delta: string }
  | { readonly do: 'close'; readonly piece: string; readonly payload?: JsonValue }
  | { readonly do: 'usage'; readonly output: number }
  | { readonly do: 'stop'; readonly word: 'end' | 'tools' }
  | { readonly do: 'error'; readonly code: string }
  | { readonly do: 'ping' }

/** The lines as server-sent events. */
export function toStream(lines: readonly Line[]): string {
  return lines.map((line) => `event: ${line.do}\ndata: ${JSON.stringify(line)}\n\n`).join('')
}

/** An adapter for a wire format as small as can be: each event is a line that says what it does. */
export const scriptAdapter: ProviderAdapter = {
  api: 'test-script',
  constraints: {},
  requestIdHeader: 'x-request-id',
  prepare: (turn, defaults) => ({
    model: defaults.model,
    method: 'POST',
    path: '/answers?mode=test',
    headers: { 'x-format': 'script' },
    body: JSON.stringify({ model: defaults.model, messages: turn.blocks.map(toMessage) }),
    stream: true,
    degradations: [],
  }),
  decode: createDecoder,
  decodeJson(body, output) {
    const decoder = createDecoder(output)
    if (!Array.isArray(body)) throw new TypeError('not a list of lines')
    for (const line of body) decoder.event('', JSON.stringify(line))
  },
  classify,
}

function toMessage(block: Turn['blocks'][number]): JsonValue {
  if (block.kind === 'user') return { user: contentText(block.content) }
  if (block.kind === 'assistant') return { assistant: block.text }
  throw new EngineError('unsupported', `block ${block.id} is ${block.kind}, which this format has no word for`)
}

function createDecoder(output: DecoderOutput): Decoder {
  const writers = new Map<string, { append(delta: string): void; finish(end?: { payload?: JsonValue }): void }>()
  const writer = (piece: string) => {
    const found = writers.get(piece)
    if (found === undefined) throw new TypeError(`there is no piece ${piece}`)
    return found
  }
  return {
    event(_name, data) {
      const line: Line = JSON.parse(data)
      switch (line.do) {
        case 'open':
          writers.set(line.piece, line.kind === 'text' ? output.text() : output.reasoning())
          break
        case 'call':
          writers.set(line.piece, output.toolCall(line.name))
          break
        case 'add':
          writer(line.piece).append(line.delta)
          break
        case 'close':
          writer(line.piece).finish(line.payload === undefined ? {} : { payload: line.payload })
          break
        case 'usage':
          output.update({ usage: { input: {}, output: { text: line.output }, source: 'reported' } })
          break
        case 'stop':
          output.stop(line.word === 'end' ? 'end_turn' : 'tool_calls', line.word)
          break
        case 'error':
          output.fail(line)
          break
        case 'ping':
          break
      }
    },
    end() {},
  }
}

const codesByStatus: Readonly<Record<number, EngineError['code']>> = {
  401: 'auth',
  429: 'rate_limit',
  503: 'overloaded',
}

function classify(failure: WireFailure): EngineError {
  if (failure.kind === 'stream') {
    const code = isJsonObject(failure.error) ? String(failure.error.code) : 'unknown'
    return new EngineError(code === 'overloaded' ? 'overloaded' : 'unavailable', `the provider says ${code}`, {
      providerCode: code,
    })
  }
  const { status, header, body } = failure
  const retryAfter = header('retry-after')
  return new EngineError(codesByStatus[status] ?? 'invalid_request', body.slice(0, 100) || `status ${status}`, {
    status,
    ...(retryAfter === undefined ? {} : { retryAfterMs: Number(retryAfter) * 1000 }),
  })
}

/** What an answer's turn says, in one value that is easy to compare. */
export function summary(turn: Turn | undefined): JsonValue {
  if (turn === undefined) return null
  return {
    text: assistantText(turn),
    kinds: turn.blocks.map((block) => `${block.kind}${block.complete === false ? ' cut' : ''}`),
    outcomes: providerCalls(turn).map(({ outcome }) => outcome),
  }
}
