import {
  type DecoderOutput,
  listIn,
  type PieceTarget,
  type ReasoningWriter,
  type ServerToolWriter,
  type TextWriter,
  type ToolCallWriter,
  textIn,
} from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue, parseToolInput } from '@geppetto/turns'
import { toCitation } from './citation.ts'
import { isServerCall, toPayload } from './native.ts'
import { without } from './wire.ts'

/** Reads one content block: what it starts with, its deltas, its end. */
export interface BlockReader {
  delta(type: string, delta: JsonObject): void
  /** What deltas of the type add pieces to; undefined where they are something else. */
  growing(type: string): GrowingField | undefined
  /** @param container the id of the one that the message ran programs in, where it is known by now. */
  close(container?: string): void
}

/** The field of a delta that a piece of a text stands in, and what takes the piece. */
export interface GrowingField {
  readonly field: string
  readonly target: PieceTarget
}

/** The reader for a content block. Types that nobody knows are kept as something that the provider did. */
export function openBlock(output: DecoderOutput, index: number, start: JsonObject, names: ToolNames): BlockReader {
  switch (start.type) {
    case 'text':
      return new TextReader(output.text(), index, start)
    case 'thinking':
      return new ThinkingReader(output.reasoning(), index, start)
    case 'redacted_thinking':
      return new ThinkingReader(output.reasoning('redacted'), index, start)
    case 'tool_use':
      return new ToolUseReader(output.toolCall(textIn(start, 'name') ?? ''), index, start)
    default:
      return new ServerBlockReader(output, index, start, names)
  }
}

/** The names of the provider's own tools by the ids of their calls: results do not repeat them. */
export type ToolNames = Map<string, string>

class TextReader implements BlockReader {
  readonly #writer: TextWriter
  readonly #index: number
  readonly #start: JsonObject
  readonly #citations: JsonValue[] = []
  readonly #unknownDeltas: JsonValue[] = []

  constructor(writer: TextWriter, index: number, start: JsonObject) {
    this.#writer = writer
    this.#index = index
    this.#start = start
    for (const citation of listIn(start, 'citations')) this.#cite(citation)
    writer.append(textIn(start, 'text') ?? '')
  }

  delta(type: string, delta: JsonObject): void {
    if (type === 'text_delta') this.#writer.append(textIn(delta, 'text') ?? '')
    else if (type === 'citations_delta') this.#cite(delta.citation)
    else this.#unknownDeltas.push(delta)
  }

  growing(type: string): GrowingField | undefined {
    return type === 'text_delta' ? { field: 'text', target: this.#writer } : undefined
  }

  close(): void {
    const citations = this.#citations.length === 0 ? this.#start.citations : this.#citations
    const block = { ...without(this.#start, 'text', 'citations'), ...defined({ citations }) }
    this.#writer.finish({ payload: toPayload({ index: this.#index, block, unknownDeltas: this.#unknownDeltas }) })
  }

  #cite(citation: JsonValue | undefined): void {
    if (!isJsonObject(citation)) return
    this.#citations.push(citation)
    this.#writer.cite(toCitation(citation))
  }
}

class ThinkingReader implements BlockReader {
  readonly #writer: ReasoningWriter
  readonly #index: number
  readonly #start: JsonObject
  #signature: string | undefined
  readonly #unknownDeltas: JsonValue[] = []

  constructor(writer: ReasoningWriter, index: number, start: JsonObject) {
    this.#writer = writer
    this.#index = index
    this.#start = start
    this.#signature = textIn(start, 'signature')
    writer.append(textIn(start, 'thinking') ?? '')
  }

  delta(type: string, delta: JsonObject): void {
    if (type === 'thinking_delta') this.#writer.append(textIn(delta, 'thinking') ?? '')
    else if (type === 'signature_delta') this.#signature = (this.#signature ?? '') + (textIn(delta, 'signature') ?? '')
    else this.#unknownDeltas.push(delta)
  }

  growing(type: string): GrowingField | undefined {
    return type === 'thinking_delta' ? { field: 'thinking', target: this.#writer } : undefined
  }

  close(): void {
    const block = { ...without(this.#start, 'thinking', 'signature'), ...defined({ signature: this.#signature }) }
    this.#writer.finish({ payload: toPayload({ index: this.#index, block, unknownDeltas: this.#unknownDeltas }) })
  }
}

/** A number whose digits a JavaScript number may not hold. */
const longNumber = /\d[\d.]{15,}|\d[eE]/

/** A call of a tool of ours. Only the answer's stop reason says whether it is whole: see {@link MessageReader}. */
export class ToolUseReader implements BlockReader {
  readonly #writer: ToolCallWriter
  readonly #index: number
  readonly #start: JsonObject
  readonly #unknownDeltas: JsonValue[] = []

  constructor(writer: ToolCallWriter, index: number, start: JsonObject) {
    this.#writer = writer
    this.#index = index
    this.#start = start
  }

  delta(type: string, delta: JsonObject): void {
    if (type !== 'input_json_delta') this.#unknownDeltas.push(delta)
    else this.#writer.append(textIn(delta, 'partial_json') ?? '')
  }

  growing(type: string): GrowingField | undefined {
    return type === 'input_json_delta' ? { field: 'partial_json', target: this.#writer } : undefined
  }

  close(container?: string): void {
    this.#sayRest()
    const input = this.#writer.text.toWellFormed()
    const isInexact = longNumber.test(input) && parseToolInput(input, true).state === 'parsed'
    this.#writer.finish({ payload: this.#payload(container, isInexact ? { input } : {}) })
  }

  /** The answer ended in the middle of the call. */
  cutOff(container?: string): void {
    this.#sayRest()
    this.#writer.cutOff({ payload: this.#payload(container, {}) })
  }

  #payload(container: string | undefined, more: { readonly input?: string }): JsonObject {
    const block = without(this.#start, 'input')
    return toPayload({ index: this.#index, block, container, unknownDeltas: this.#unknownDeltas, ...more })
  }

  /** A stream starts with an empty object and then says the arguments; a JSON answer has them there. */
  #sayRest(): void {
    const { input } = this.#start
    const isStated = input !== undefined && !(isJsonObject(input) && Object.keys(input).length === 0)
    if (isStated && this.#writer.text === '') this.#writer.append(JSON.stringify(input))
  }
}

/** What the provider did on its side: a call of its tools, their result, and whatever it may invent. */
export class ServerBlockReader implements BlockReader {
  readonly #writer: ServerToolWriter
  readonly #index: number
  readonly #names: ToolNames
  #block: JsonObject
  #raw = ''
  readonly #unknownDeltas: JsonValue[] = []
  #input: JsonValue | undefined
  #isTold = false

  constructor(output: DecoderOutput, index: number, start: JsonObject, names: ToolNames) {
    const name = textIn(start, 'name') ?? names.get(textIn(start, 'tool_use_id') ?? '')
    this.#writer = output.serverTool(textIn(start, 'type') ?? '', name)
    this.#index = index
    this.#names = names
    this.#block = start
  }

  delta(type: string, delta: JsonObject): void {
    if (type === 'input_json_delta') this.#raw += textIn(delta, 'partial_json') ?? ''
    // It states the block's final fields, and is no increment.
    else if (type === 'compaction_delta') this.#block = { ...this.#block, ...without(delta, 'type') }
    else this.#unknownDeltas.push(delta)
  }

  growing(): undefined {
    return undefined
  }

  /** Whether it is a call, of which the result is another block. */
  get isCall(): boolean {
    return isServerCall(this.#block)
  }

  /** The block is whole. */
  tell(): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#input = this.#readInput()
    const id = textIn(this.#block, 'id')
    const name = textIn(this.#block, 'name')
    if (id !== undefined && name !== undefined) this.#names.set(id, name)
    if (this.#input !== undefined) this.#writer.progress({ status: 'called', data: this.#input })
  }

  close(container?: string): void {
    this.tell()
    this.#writer.finish({
      ...defined({ input: this.#input, output: this.#block.content }),
      payload: toPayload({
        index: this.#index,
        block: without(this.#block, 'input', 'content'),
        container,
        unknownDeltas: this.#unknownDeltas,
      }),
    })
  }

  #readInput(): JsonValue | undefined {
    if (this.#raw === '') return this.#block.input
    const input = parseToolInput(this.#raw, true)
    if (input.state === 'parsed') return input.value
    this.#unknownDeltas.push(this.#raw)
    return undefined
  }
}
