import type { DecoderOutput, ToolCallWriter } from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { numberIn, objectIn, textIn } from '../json.ts'
import { type WellFormedText, wellFormedText } from '../well-formed.ts'

interface IncomingCall {
  readonly index: number | undefined
  id: string
  name: string
  /** The arguments' text so far, for replay. */
  input: string
  readonly joiner: WellFormedText
  writer: ToolCallWriter | undefined
}

/** The tool calls of one answer, put together from their pieces. */
export class IncomingCalls {
  readonly #output: DecoderOutput
  readonly #calls: IncomingCall[] = []
  #latest: IncomingCall | undefined

  constructor(output: DecoderOutput) {
    this.#output = output
  }

  get count(): number {
    return this.#calls.length
  }

  /** Whether a piece of a call was the last thing that came. */
  isLatest = false

  /** One piece of a call. */
  add(piece: JsonValue): void {
    if (!isJsonObject(piece)) return
    const fn = objectIn(piece, 'function')
    const name = textIn(fn, 'name') ?? ''
    const call = this.#callOf(piece, name)
    this.#latest = call
    this.isLatest = true
    this.#addName(call, name)
    const id = textIn(piece, 'id')
    if (call.id === '' && id !== undefined) call.id = id
    this.#addInput(call, inputText(fn?.['arguments']))
  }

  /** The answer is whole. The call that came last is not when `mayBeCut`; nor is one without arguments when nobody said that it is. */
  finish(mayBeCut: boolean, isClosed: boolean): void {
    const ids = new Set<string>()
    for (const call of this.#calls) {
      const writer = this.#open(call)
      this.#write(call, call.joiner.end())
      if ((mayBeCut && this.isLatest && call === this.#latest) || (!isClosed && call.input === '')) {
        writer.cutOff()
        continue
      }
      // An id that was used before names the other call.
      const id = call.id === '' || ids.has(call.id) ? undefined : call.id
      ids.add(call.id)
      writer.finish({ payload: defined({ id, arguments: call.input === '' ? undefined : call.input }) })
    }
  }

  #callOf(piece: JsonObject, name: string): IncomingCall {
    const index = numberIn(piece, 'index')
    const id = textIn(piece, 'id') ?? ''
    const found = this.#find(index, id, name)
    return found === undefined || isAnother(found, id, name) ? this.#begin(index, id) : found
  }

  /** By its index, else its id; without both, what has no name belongs to the call before it. */
  #find(index: number | undefined, id: string, name: string): IncomingCall | undefined {
    if (index !== undefined) return this.#calls.findLast((call) => call.index === index)
    if (id !== '') return this.#calls.findLast((call) => call.id === id)
    return name === '' ? this.#latest : undefined
  }

  #begin(index: number | undefined, id: string): IncomingCall {
    // Whoever begins the next call has said the name of this one in full.
    if (this.#latest !== undefined && this.#latest.name !== '') this.#open(this.#latest)
    const call: IncomingCall = { index, id, name: '', input: '', joiner: wellFormedText(), writer: undefined }
    this.#calls.push(call)
    return call
  }

  /** A name comes in pieces, growing, or again with each piece of the call. */
  #addName(call: IncomingCall, name: string): void {
    if (name === '' || call.writer !== undefined || name === call.name) return
    call.name = name.startsWith(call.name) ? name : call.name + name
  }

  #addInput(call: IncomingCall, input: string): void {
    if (input !== '') this.#write(call, call.joiner.push(input))
  }

  #write(call: IncomingCall, text: string): void {
    if (text === '') return
    call.input += text
    this.#open(call).append(text)
  }

  #open(call: IncomingCall): ToolCallWriter {
    call.writer ??= this.#output.toolCall(call.name)
    return call.writer
  }
}

/** Arguments come as text; some hosts send the object itself. */
function inputText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** Some hosts give every call the index 0: a name with another id, or behind arguments, begins another call. */
function isAnother(call: IncomingCall, id: string, name: string): boolean {
  if (name === '') return false
  return id === '' || call.id === '' ? id === '' && call.id === '' && call.input !== '' : call.id !== id
}
