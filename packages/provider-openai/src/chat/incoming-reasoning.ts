import {
  type DecoderOutput,
  listIn,
  numberIn,
  objectsIn,
  type PieceTarget,
  type ReasoningWriter,
  textIn,
} from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { restOf } from '../rest-of.ts'
import { joinDetails } from './reasoning-details.ts'

/** Where hosts put readable reasoning; a host that fills two of them says the same twice. */
export const reasoningFields: readonly string[] = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking']

/** The reasoning of one answer. A piece of it ends when the answer goes on with something else. */
export class IncomingReasoning {
  readonly #output: DecoderOutput
  #writer: ReasoningWriter | undefined
  #field: string | undefined
  #isInField = false
  #details: JsonObject[] = []
  /** The last detail of the answer, as far as it came: a piece of it can come behind what the answer goes on with. */
  #lastDetail: JsonObject | undefined
  #continues = false
  /** What was shown in the pieces that have ended. */
  #ended = ''

  constructor(output: DecoderOutput) {
    this.#output = output
  }

  /** What takes more of the piece that has begun. */
  get target(): PieceTarget | undefined {
    return this.#writer
  }

  /** Whether anything came. */
  hasAny = false

  /**
   * The fields of a delta or message. The details say the same again, and are kept for replay with what only they have. Where there are no fields,
   * their texts are shown; summaries stand beside a secret, and are kept with it.
   */
  add(source: JsonObject, isWhole: boolean): void {
    const field = reasoningFields.find((name) => reasoningText(source[name]) !== '')
    this.#isInField ||= field !== undefined
    if (field !== undefined) this.#addText(field, reasoningText(source[field]))
    for (const detail of objectsIn(source, 'reasoning_details')) {
      if (!this.#isInField) this.#addText(undefined, textIn(detail, 'text') ?? '')
      this.#keep(detail, isWhole)
    }
  }

  /** The fields of a whole message behind its pieces: what of them had not come yet is added. */
  addRest(message: JsonObject): void {
    if (!this.hasAny) return this.add(message, true)
    const field = reasoningFields.find((name) => reasoningText(message[name]) !== '')
    if (field !== undefined)
      this.#addText(field, restOf(reasoningText(message[field]), this.#ended + (this.#writer?.text ?? '')))
  }

  /** A part of Mistral's content: `{ type: 'thinking', thinking: [{ type: 'text', text }] }`. */
  addThinking(part: JsonObject): void {
    const { thinking } = part
    if (typeof thinking === 'string') this.#addText('content', thinking)
    for (const piece of listIn(part, 'thinking')) this.#addText('content', textIn(piece, 'text') ?? '')
  }

  /** The answer goes on with something else, or ends. */
  finish(): void {
    if (this.#writer === undefined && this.#details.length === 0) return
    const writer = this.#writer ?? this.#output.reasoning('redacted')
    const details: readonly JsonValue[] | undefined = this.#details.length === 0 ? undefined : this.#details
    writer.finish({ payload: defined({ field: this.#field, details, continues: this.#continues || undefined }) })
    this.#ended += writer.text
    this.#writer = undefined
    this.#details = []
    this.#field = undefined
    this.#continues = false
  }

  /** A piece of it, from a field. */
  #addText(field: string | undefined, text: string): void {
    if (text === '') return
    this.hasAny = true
    this.#writer ??= this.#output.reasoning()
    this.#field ??= field
    this.#writer.append(text)
  }

  /** A whole answer has whole details; of a stream, the pieces of one share its place in the list. */
  #keep(detail: JsonObject, isWhole: boolean): void {
    this.hasAny = true
    const last = this.#lastDetail
    const isMore = !isWhole && last !== undefined && isSameDetail(last, detail)
    this.#lastDetail = isMore ? joinDetails(last, detail) : detail
    if (!isMore || this.#details.length === 0) {
      this.#continues ||= isMore
      this.#details.push(detail)
    } else this.#details.push(joinDetails(this.#details.pop() ?? {}, detail))
  }
}

/** Reasoning as a text; some hosts send it in parts. */
function reasoningText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(reasoningText).join('')
  if (!isJsonObject(value)) return ''
  return reasoningText(value['text'] ?? value['content'] ?? value['thinking'] ?? value['summary'])
}

/** A signature ends a detail, and a secret is one by itself. */
function isSameDetail(one: JsonObject, other: JsonObject): boolean {
  if (one['type'] !== other['type'] || one['type'] === 'reasoning.encrypted') return false
  if (numberIn(one, 'index') === undefined || one['index'] !== other['index']) return false
  const [id, otherId] = [textIn(one, 'id') ?? '', textIn(other, 'id') ?? '']
  return (id === '' || otherId === '' || id === otherId) && (textIn(one, 'signature') ?? '') === ''
}
