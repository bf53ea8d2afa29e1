import {
  createFrameMemory,
  type Decoder,
  type DecoderOutput,
  type FrameMemory,
  objectIn,
  textIn,
} from '@geppetto/engine'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { Answer } from './answer.ts'
import { isKnownEvent, readEvent } from './read-event.ts'

// `asks`: whether the question of a remote server is a call, which is to be answered.

/** Reads a streamed answer. Events that this version does not know are passed over; items are kept. */
export function decodeStream(output: DecoderOutput, asks: boolean): Decoder {
  return new StreamDecoder(new Answer(output, asks))
}

class StreamDecoder implements Decoder {
  readonly #answer: Answer
  readonly #memory: FrameMemory = createFrameMemory(meaningless)

  constructor(answer: Answer) {
    this.#answer = answer
  }

  event(name: string, data: string): void {
    if (this.#memory.take(name, data)) return
    // Some hosts end their streams with the mark of Chat Completions.
    if (data === '[DONE]') return
    const event = parseEvent(name, data)
    if (event === undefined) return
    const type = textIn(event, 'type')
    const error = objectIn(event, 'error') ?? {}
    // Of a gateway that knows no events.
    if (type === undefined && Object.keys(error).length > 0) return this.#answer.fail(error)
    const target = readEvent(this.#answer, type ?? name, event)
    if (target !== undefined) this.#memory.learn(name, data, event, ['delta'], target)
  }

  end(): void {}
}

/** A number and a padding that each event has anew. */
const meaningless = ['sequence_number', 'obfuscation']

/** Reads a whole answer. */
export function decodeWhole(body: unknown, output: DecoderOutput, asks: boolean): void {
  if (!isJsonObject(body)) throw new TypeError('the answer is no object')
  const error = objectIn(body, 'error')
  const answer = new Answer(output, asks)
  if (Array.isArray(body.output)) endWith(answer, body, textIn(body, 'status') ?? 'completed')
  else if (error !== undefined) answer.fail(error)
  else throw new TypeError('the answer has no output')
}

/** An event; undefined for one that nobody knows and that says nothing readable, as one that keeps the connection open. */
function parseEvent(name: string, data: string): JsonObject | undefined {
  const isExpected = name === 'message' || isKnownEvent(name)
  try {
    const event: unknown = JSON.parse(data)
    if (isJsonObject(event)) return event
  } catch (error) {
    if (isExpected && !isError(name)) throw error
  }
  if (isError(name)) return { type: name, message: data }
  if (isExpected) throw new TypeError(`an event is ${data.slice(0, 60)}`)
  return undefined
}

function isError(name: string): boolean {
  return name === 'error' || name === 'response.error'
}

function endWith(answer: Answer, response: JsonObject, status: string): void {
  // It goes on elsewhere: the answer is not whole.
  if (status === 'queued' || status === 'in_progress') answer.begin(response)
  else answer.end(response, status)
}
