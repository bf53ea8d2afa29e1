import type { DecoderOutput, ReasoningWriter } from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { listIn, textIn } from '../json.ts'
import { type WellFormedText, wellFormedText } from '../well-formed.ts'

/** Where hosts put readable reasoning; a host that fills two of them says the same twice. */
const reasoningFields = ['reasoning_content', 'reasoning', 'reasoning_text'] as const

/** The reasoning of one answer. A piece of it ends when the answer goes on with something else. */
export class IncomingReasoning {
  readonly #output: DecoderOutput
  #writer: ReasoningWriter | undefined
  #joiner: WellFormedText = wellFormedText()
  #field: string | undefined
  #details: JsonObject[] = []

  constructor(output: DecoderOutput) {
    this.#output = output
  }

  /** Whether anything came. */
  hasAny = false

  /** The fields of a delta or message. The details say the same again, and are kept for replay with what only they have. */
  add(source: JsonObject): void {
    const field = reasoningFields.find((name) => (textIn(source, name) ?? '') !== '')
    if (field !== undefined) this.#append(field, textIn(source, field) ?? '')
    for (const detail of listIn(source, 'reasoning_details')) if (isJsonObject(detail)) this.#keep(detail)
  }

  /** A part of Mistral's content: `{ type: 'thinking', thinking: [{ type: 'text', text }] }`. */
  addThinking(part: JsonObject): void {
    const { thinking } = part
    if (typeof thinking === 'string') this.#append('content', thinking)
    for (const piece of listIn(part, 'thinking')) this.#append('content', textIn(piece, 'text') ?? '')
  }

  /** The answer goes on with something else, or ends. */
  finish(): void {
    if (this.#writer === undefined && this.#details.length === 0) return
    const writer = this.#writer ?? this.#output.reasoning('redacted')
    writer.append(this.#joiner.end())
    const details: readonly JsonValue[] | undefined = this.#details.length === 0 ? undefined : this.#details
    writer.finish({ payload: defined({ field: this.#field, details }) })
    this.#writer = undefined
    this.#joiner = wellFormedText()
    this.#details = []
    this.#field = undefined
  }

  #append(field: string, text: string): void {
    if (text === '') return
    this.hasAny = true
    this.#writer ??= this.#output.reasoning()
    this.#field ??= field
    this.#writer.append(this.#joiner.push(text))
  }

  /** Pieces of one detail share its place in the list. */
  #keep(detail: JsonObject): void {
    this.hasAny = true
    const last = this.#details.at(-1)
    if (last !== undefined && isSameDetail(last, detail)) this.#details[this.#details.length - 1] = joined(last, detail)
    else this.#details.push(detail)
  }
}

function isSameDetail(one: JsonObject, other: JsonObject): boolean {
  return one['type'] === other['type'] && one['index'] === other['index'] && one['type'] !== 'reasoning.encrypted'
}

function joined(one: JsonObject, more: JsonObject): JsonObject {
  const whole: Record<string, JsonValue | undefined> = { ...one }
  for (const [name, value] of Object.entries(more)) {
    const before = whole[name]
    const isText = (name === 'text' || name === 'summary') && typeof before === 'string' && typeof value === 'string'
    if (isText) whole[name] = before + value
    else if (value !== null && value !== undefined) whole[name] = value
  }
  return whole
}
