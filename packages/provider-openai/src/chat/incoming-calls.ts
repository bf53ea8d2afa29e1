import {
  type DecoderOutput,
  numberIn,
  objectIn,
  type PieceTarget,
  parseJsonObject,
  type ToolCallWriter,
  textIn,
} from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { openCall } from '../free-text-call.ts'
import { isSameText, restOf } from '../rest-of.ts'

interface IncomingCall {
  readonly index: number | undefined
  id: string
  name: string
  /** Whether its input is a free text, which is no JSON. */
  isCustom: boolean
  /** What of its input waits for the name. */
  waiting: string
  /** What else the host says of the call, and wants back. */
  extras: JsonObject
  /** Whether two different inputs were said of it: neither may be run. */
  isAmbiguous: boolean
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
    const name = nameOf(piece)
    const call = this.#callOf(piece, name)
    this.#latest = call
    this.#learn(call, piece, name)
    this.#addInput(call, inputOf(piece))
  }

  /** What takes more input of the call that was just added to, where the pieces were one, and said nothing but some input. */
  targetIn(pieces: JsonValue | undefined): PieceTarget | undefined {
    const [piece, ...others] = Array.isArray(pieces) ? pieces : []
    if (others.length > 0 || !isJsonObject(piece) || nameOf(piece) !== '') return undefined
    const isInput = textIn(objectIn(piece, 'function'), 'arguments') !== undefined && inputOf(piece) !== ''
    return isInput ? this.#latest?.writer : undefined
  }

  /** A call of the whole message, as the one in its `place` there: what of it has not come yet is added. */
  heal(whole: JsonValue, place: number): void {
    if (!isJsonObject(whole)) return
    const call = this.#wholeCallOf(whole, place)
    if (call === undefined) return this.#addWhole(whole)
    this.#learn(call, whole, nameOf(whole))
    const input = inputOf(whole).toWellFormed()
    const said = saidOf(call)
    const rest = restOf(input, said)
    if (rest !== '') this.#addInput(call, rest)
    else if (!said.startsWith(input) && !isSameText(input, said)) call.isAmbiguous = true
  }

  /** The answer is whole; the call that came last is not when `mayBeCut`. */
  finish(mayBeCut: boolean): void {
    const ids = new Set<string>()
    for (const call of this.#calls) {
      const writer = this.#open(call)
      // An id that was used before names the other call.
      const id = call.id === '' || ids.has(call.id) ? undefined : call.id
      ids.add(call.id)
      if ((mayBeCut && this.isLatest && call === this.#latest) || call.isAmbiguous) {
        writer.cutOff({ payload: payloadOf(call, id) })
        continue
      }
      writer.finish({ payload: payloadOf(call, id) })
    }
  }

  #callOf(piece: JsonObject, name: string): IncomingCall {
    const index = numberIn(piece, 'index')
    const id = textIn(piece, 'id') ?? ''
    const found = this.#find(index, id, name)
    return found === undefined || isAnother(found, id, name) ? this.#begin(index, id) : found
  }

  #learn(call: IncomingCall, piece: JsonObject, name: string): void {
    this.isLatest = true
    call.isCustom ||= objectIn(piece, 'custom') !== undefined
    call.extras = { ...call.extras, ...extrasIn(piece) }
    this.#addName(call, name)
    const id = textIn(piece, 'id')
    if (call.id === '' && id !== undefined) call.id = id
  }

  #addWhole(whole: JsonObject): void {
    const call = this.#begin(undefined, textIn(whole, 'id') ?? '')
    this.#latest = call
    this.#learn(call, whole, nameOf(whole))
    this.#addInput(call, inputOf(whole))
  }

  /** By its id; without one, or where hosts make new ones for the end, by its place among the calls. */
  #wholeCallOf(whole: JsonObject, place: number): IncomingCall | undefined {
    const id = textIn(whole, 'id') ?? ''
    const named = id === '' ? undefined : this.#calls.find((call) => call.id === id)
    const placed = this.#calls[place]
    return named ?? (placed?.name === nameOf(whole) ? placed : undefined)
  }

  /** By its index, else its id; without both, what has no name belongs to the call before it. Some hosts change the index in the middle of a call. */
  #find(index: number | undefined, id: string, name: string): IncomingCall | undefined {
    const numbered = index === undefined ? undefined : this.#calls.findLast((call) => call.index === index)
    if (numbered !== undefined || (index !== undefined && name !== '')) return numbered
    if (id !== '') return this.#calls.findLast((call) => call.id === id)
    return name === '' ? this.#latest : undefined
  }

  #begin(index: number | undefined, id: string): IncomingCall {
    // Whoever begins the next call has said the name of this one in full.
    if (this.#latest !== undefined && this.#latest.name !== '') this.#open(this.#latest)
    const call: IncomingCall = {
      ...{ index, id, name: '', isCustom: false, waiting: '', extras: {}, isAmbiguous: false },
      writer: undefined,
    }
    this.#calls.push(call)
    return call
  }

  /** A name comes in pieces, growing, or again with each piece of the call. */
  #addName(call: IncomingCall, name: string): void {
    if (name === '' || call.writer !== undefined || name === call.name) return
    call.name = name.startsWith(call.name) ? name : call.name + name
  }

  #addInput(call: IncomingCall, input: string): void {
    if (input === '') return
    call.waiting += input
    if (call.name !== '') this.#open(call)
  }

  /** The call has begun, with as much of its input as there is. */
  #open(call: IncomingCall): ToolCallWriter {
    call.writer ??= openCall(this.#output, call.name, call.isCustom)
    call.writer.append(call.waiting)
    call.waiting = ''
    return call.writer
  }
}

function nameOf(piece: JsonObject): string {
  return textIn(objectIn(piece, 'function') ?? objectIn(piece, 'custom'), 'name') ?? ''
}

function inputOf(piece: JsonObject): string {
  const custom = objectIn(piece, 'custom')
  return inputText((objectIn(piece, 'function') ?? custom)?.['arguments'] ?? custom?.['input'])
}

/** The input so far. */
function saidOf({ writer, waiting }: IncomingCall): string {
  return writer?.text ?? waiting.toWellFormed()
}

/** What of a call the block itself does not say. */
function payloadOf(call: IncomingCall, id: string | undefined): JsonValue {
  const { isCustom, extras } = call
  const input = saidOf(call).toWellFormed()
  return defined({
    id,
    arguments: input === '' ? undefined : input,
    custom: isCustom || undefined,
    extras: Object.keys(extras).length === 0 ? undefined : extras,
  })
}

const readFields: ReadonlySet<string> = new Set(['index', 'id', 'type', 'function', 'custom'])

/** Such as the signature of a thought, without which Gemini takes no call back. */
function extrasIn(piece: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(piece).filter(([name, value]) => !readFields.has(name) && value !== null && value !== undefined),
  )
}

/** Arguments come as text; some hosts send the object itself. */
function inputText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** Some hosts give every call the index 0: a name with another id, or behind whole arguments, begins another call; some say it with each piece. */
function isAnother(call: IncomingCall, id: string, name: string): boolean {
  if (name === '') return false
  if (id !== '' && call.id !== '') return call.id !== id
  const said = saidOf(call)
  if (id !== call.id || call.name === '' || said === '') return false
  return name !== call.name || parseJsonObject(said) !== undefined
}
