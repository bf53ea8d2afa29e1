import { createFrameMemory, type Decoder, type DecoderOutput, EngineError, type FrameMemory } from '@geppetto/engine'
import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { isFailure } from './in-stream-failure.ts'
import { IncomingAnswer } from './incoming-answer.ts'

/** The chunks of a streamed answer to blocks and events. */
export function decodeStream(output: DecoderOutput): Decoder {
  return new StreamDecoder(output)
}

class StreamDecoder implements Decoder {
  readonly #answer: IncomingAnswer
  readonly #memory: FrameMemory = createFrameMemory(meaningless)

  constructor(output: DecoderOutput) {
    this.#answer = new IncomingAnswer(output)
  }

  event(name: string, data: string): void {
    if (this.#memory.take(name, data)) return
    if (data.trim() === '[DONE]') return this.#answer.finish()
    const chunk = readChunk(name, data)
    if (chunk === undefined) return
    this.#answer.add(chunk, name === 'error')
    const only = this.#answer.onlyPieceIn(chunk)
    if (only !== undefined && name !== 'error') this.#memory.learn(name, data, chunk, only.path, only.target)
  }

  /** Some hosts leave out [DONE]; after a finish reason nothing but usage can be missing. */
  end(): void {
    this.#answer.end()
  }
}

/** A padding, and a time that some hosts state for each chunk. */
const meaningless = ['obfuscation', 'created']

/** A whole answer to blocks and events. */
export function decodeWhole(body: unknown, output: DecoderOutput): void {
  if (!isJsonObject(body)) throw new EngineError('protocol', 'the answer is JSON, but no object')
  if (!isFailure(body) && !Array.isArray(body['choices']))
    throw new EngineError('protocol', 'the answer has no choices: is this a Chat Completions API?')
  const answer = new IncomingAnswer(output)
  if (answer.add(body, false) === 'going-on') answer.finish(true)
}

/** A chunk; undefined for what an event of another name says that is none, as one that keeps the connection open. */
function readChunk(name: string, data: string): JsonObject | undefined {
  const chunk = parse(name, data)
  if (chunk === undefined || isJsonObject(chunk)) return chunk
  if (name === 'message')
    throw new EngineError('protocol', `the stream holds something that is no chunk: ${data.slice(0, 120)}`)
  return name === 'error' ? { message: data } : undefined
}

function parse(name: string, data: string): JsonValue | undefined {
  try {
    return JSON.parse(data)
  } catch (error) {
    if (name === 'message') throw error
    return name === 'error' ? data : undefined
  }
}
