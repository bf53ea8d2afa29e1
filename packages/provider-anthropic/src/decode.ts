import {
  createFrameMemory,
  type Decoder,
  type DecoderOutput,
  EngineError,
  type FrameMemory,
  listIn,
  numberIn,
  objectIn,
  parseJsonObject,
  textIn,
} from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject } from '@geppetto/turns'
import {
  type BlockReader,
  type GrowingField,
  openBlock,
  ServerBlockReader,
  type ToolNames,
  ToolUseReader,
} from './block-readers.ts'
import { cutsOff, toStopReason } from './stop.ts'
import { UsageReader } from './usage.ts'
import { parseObject } from './wire.ts'

/**
 * Reads the frames of a streamed message.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function createDecoder(output: DecoderOutput): Decoder {
  return new StreamDecoder(output)
}

class StreamDecoder implements Decoder {
  readonly #reader: MessageReader
  readonly #memory: FrameMemory = createFrameMemory([])

  constructor(output: DecoderOutput) {
    this.#reader = new MessageReader(output)
  }

  event(name: string, data: string): void {
    if (this.#memory.take(name, data)) return
    const frame = parseFrame(name, data)
    if (frame === undefined) return
    const reader = this.#reader
    // Proxies leave out the type, which the name of the event says too.
    switch (frame.type ?? name) {
      case 'content_block_delta': {
        const piece = reader.delta(numberIn(frame, 'index') ?? -1, objectIn(frame, 'delta') ?? {})
        if (piece !== undefined) this.#memory.learn(name, data, frame, ['delta', piece.field], piece.target)
        return
      }
      case 'content_block_start':
        return reader.open(numberIn(frame, 'index') ?? -1, objectIn(frame, 'content_block') ?? {})
      case 'content_block_stop':
        return reader.close(numberIn(frame, 'index') ?? -1)
      case 'message_start':
        return reader.start(objectIn(frame, 'message') ?? {})
      case 'message_delta':
        return reader.news(objectIn(frame, 'delta') ?? {}, objectIn(frame, 'usage'))
      case 'message_stop':
        return reader.stopStream()
      case 'error':
        return reader.fail(frame)
      default:
        // Else a ping, or a frame of a type that was added since.
        if (frame.type === undefined && isJsonObject(frame.error)) reader.fail(frame)
    }
  }

  end(): void {
    this.#reader.breakOff()
  }
}

/** Events of a type that nobody knows, as a gateway's own signs of life, may hold anything. */
const eventNames: ReadonlySet<string> = new Set([
  'message',
  'content_block_delta',
  'content_block_start',
  'content_block_stop',
  'message_start',
  'message_delta',
  'message_stop',
  'error',
])

/** The object in a frame; undefined where there is nothing to read. @throws SyntaxError, TypeError when an event of the API holds none. */
function parseFrame(name: string, data: string): JsonObject | undefined {
  if (!eventNames.has(name)) return parseJsonObject(data)
  // Gateways end streams of every format so.
  return data.trim() === '[DONE]' ? undefined : parseObject(data)
}

/** Reads a whole message. */
export function decodeMessage(body: unknown, output: DecoderOutput): void {
  if (!isJsonObject(body)) throw new TypeError('a message is an object')
  if (body.type === 'error' || (body.content === undefined && isJsonObject(body.error))) return output.fail(body)
  if (!Array.isArray(body.content)) throw new TypeError('a message has a list of content blocks')
  if (typeof body.stop_reason !== 'string') throw new TypeError('a whole message says why it stopped')
  const reader = new MessageReader(output)
  reader.start(body)
  reader.news(body, objectIn(body, 'usage'))
  reader.stop()
}

class MessageReader {
  readonly #output: DecoderOutput
  readonly #usage = new UsageReader()
  readonly #open = new Map<number, BlockReader>()
  readonly #names: ToolNames = new Map()
  /** A call whose block has ended. Whether it is whole shows by what follows: at a token limit too, the last block just ends. */
  #lastCall: ToolUseReader | undefined
  /** A call of the provider's own tool whose block has ended: a paused answer says in which container it runs only behind it. */
  #lastServerCall: ServerBlockReader | undefined
  #hasCalls = false
  #container: string | undefined
  /** Whether it was said why the answer ends; some hosts say `null`. */
  #isEnded = false
  #stopWord: string | undefined
  /** The stop sequence that was met, or the category of a refusal. */
  #stopDetail: string | undefined

  constructor(output: DecoderOutput) {
    this.#output = output
  }

  /** What a message begins with; it may be whole already, as a JSON answer is, or one that only calls us from a program of before. */
  start(message: JsonObject): void {
    this.#readContainer(message)
    this.#stopWord = textIn(message, 'stop_reason') ?? this.#stopWord
    this.#isEnded ||= this.#stopWord !== undefined
    const usage = objectIn(message, 'usage')
    this.#output.update(
      defined({
        model: textIn(message, 'model'),
        responseId: textIn(message, 'id'),
        usage: usage === undefined ? undefined : this.#usage.read(usage, this.#isEnded),
      }),
    )
    for (const [index, block] of listIn(message, 'content').entries()) {
      this.open(index, isJsonObject(block) ? block : {})
      this.close(index)
    }
  }

  open(index: number, start: JsonObject): void {
    this.#finishLast()
    this.#cutOff(this.#open.get(index))
    const type = textIn(start, 'type') ?? (textIn(start, 'text') === undefined ? undefined : 'text')
    // What is of no type is nothing that could be kept; its deltas may say what it is.
    if (type === undefined) this.#open.delete(index)
    else this.#open.set(index, openBlock(this.#output, index, { ...start, type }, this.#names))
  }

  /** Takes a delta. Returns what it added to, where it was nothing but a piece of a text. */
  delta(index: number, delta: JsonObject): GrowingField | undefined {
    const type = textIn(delta, 'type') ?? ''
    const start = impliedStarts.get(type)
    // Some servers do not say that a block begins.
    if (start !== undefined && !this.#open.has(index)) this.open(index, start)
    const reader = this.#open.get(index)
    reader?.delta(type, delta)
    return reader?.growing(type)
  }

  close(index: number): void {
    const reader = this.#open.get(index)
    this.#open.delete(index)
    if (reader instanceof ToolUseReader) {
      this.#finishLast()
      this.#lastCall = reader
      this.#hasCalls = true
    } else if (reader instanceof ServerBlockReader && reader.isCall) {
      this.#finishLast()
      reader.tell()
      this.#lastServerCall = reader
    } else reader?.close(this.#container)
  }

  news(delta: JsonObject, usage: JsonObject | undefined): void {
    this.#isEnded ||= delta.stop_reason !== undefined
    this.#readContainer(delta)
    this.#stopWord = textIn(delta, 'stop_reason') ?? this.#stopWord
    const details = objectIn(delta, 'stop_details') ?? {}
    this.#stopDetail = textIn(delta, 'stop_sequence') ?? textIn(details, 'category') ?? this.#stopDetail
    if (usage !== undefined) this.#output.update({ usage: this.#usage.read(usage, true) })
  }

  /** The end of a stream, which is one only where the answer's own end was said before it. */
  stopStream(): void {
    if (!this.#isEnded) throw new EngineError('protocol', 'the stream stopped before the answer had ended')
    this.stop()
  }

  stop(): void {
    if (cutsOff(this.#stopWord)) this.#lastCall?.cutOff(this.#container)
    else this.#lastCall?.close(this.#container)
    this.#lastServerCall?.close(this.#container)
    for (const reader of this.#open.values()) this.#cutOff(reader)
    const word = this.#stopDetail === undefined ? this.#stopWord : `${this.#stopWord}: ${this.#stopDetail}`
    this.#output.stop(toStopReason(this.#stopWord, this.#hasCalls), word)
  }

  /** The provider says that something went wrong. */
  fail(frame: JsonObject): void {
    this.breakOff()
    this.#output.fail(frame)
  }

  /** No more comes, and no end was said. */
  breakOff(): void {
    this.#lastServerCall?.close(this.#container)
  }

  #readContainer(message: JsonObject): void {
    this.#container = textIn(objectIn(message, 'container'), 'id') ?? this.#container
  }

  /** A block whose end was never said. */
  #cutOff(reader: BlockReader | undefined): void {
    if (reader instanceof ToolUseReader) reader.cutOff(this.#container)
    else reader?.close()
  }

  #finishLast(): void {
    this.#lastCall?.close(this.#container)
    this.#lastCall = undefined
    this.#lastServerCall?.close(this.#container)
    this.#lastServerCall = undefined
  }
}

const impliedStarts: ReadonlyMap<string, JsonObject> = new Map([
  ['text_delta', { type: 'text', text: '' }],
  ['thinking_delta', { type: 'thinking', thinking: '' }],
])
