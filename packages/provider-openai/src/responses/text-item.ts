import {
  type DecoderOutput,
  type GrowingWriter,
  objectsIn,
  type PieceTarget,
  type SegmentEnd,
  type TextEnd,
  textIn,
} from '@geppetto/engine'
import type { Citation, JsonObject, JsonValue } from '@geppetto/turns'
import { restOf } from '../rest-of.ts'
import { readCitation } from './citation.ts'
import type { OpenItem } from './open-item.ts'

/** What a part of a message or of reasoning can be; the API's words. */
export type PartType = 'output_text' | 'refusal' | 'summary_text' | 'reasoning_text'

interface Part {
  readonly type: PartType
  readonly writer: GrowingWriter & {
    cite?(citation: Citation): void
    finish(end: SegmentEnd & TextEnd): void
  }
  citations: number
}

/** A message or reasoning: each of its parts is a block. */
export class TextItem implements OpenItem {
  readonly #output: DecoderOutput
  readonly #isReasoning: boolean
  readonly #parts: Part[] = []
  readonly #byPlace = new Map<string, Part>()

  constructor(output: DecoderOutput, isReasoning: boolean) {
    this.#output = output
    this.#isReasoning = isReasoning
  }

  get size(): number {
    return this.#parts.length
  }

  get refuses(): boolean {
    return this.#parts.some((part) => part.type === 'refusal')
  }

  /** What adds to a part. */
  target(type: PartType, index: number): PieceTarget {
    return this.#open(type, index).writer
  }

  /** The whole text of a part has come. Whether it says more than we had. */
  heal(type: PartType, index: number, text: string): boolean {
    const { writer } = this.#open(type, index)
    const rest = restOf(text, writer.text)
    if (rest !== '') writer.append(rest)
    return rest !== ''
  }

  cite(index: number, annotation: JsonObject): void {
    const part = this.#open('output_text', index)
    part.writer.cite?.(readCitation(annotation, part.writer.text))
    part.citations++
  }

  settle(item: JsonObject): boolean {
    let isNews = false
    for (const [index, part] of objectsIn(item, 'summary').entries())
      isNews = this.heal('summary_text', index, textIn(part, 'text') ?? '') || isNews
    // Some hosts make the content one text.
    const text = textIn(item, 'content')
    if (text !== undefined && !this.#isReasoning) isNews = this.heal('output_text', 0, text)
    for (const [index, part] of objectsIn(item, 'content').entries()) isNews = this.#settlePart(part, index) || isNews
    if (this.#parts.length === 0) this.#add(this.#isReasoning ? 'reasoning_text' : 'output_text', true)
    return isNews
  }

  finish(part: number, payload: JsonValue | undefined): void {
    const found = this.#parts[part]
    if (found === undefined) return
    const { writer, type } = found
    writer.finish({
      ...(payload === undefined ? undefined : { payload }),
      ...(type === 'refusal' ? { refusal: true } : undefined),
    })
  }

  #open(type: PartType, index: number): Part {
    const key = `${type} ${index}`
    const known = this.#byPlace.get(key)
    if (known !== undefined) return known
    const part = this.#add(type, false)
    this.#byPlace.set(key, part)
    return part
  }

  #settlePart(part: JsonObject, index: number): boolean {
    switch (part.type) {
      case 'refusal':
        return this.heal('refusal', index, textIn(part, 'refusal') ?? '')
      case 'reasoning_text':
        return this.heal('reasoning_text', index, textIn(part, 'text') ?? '')
      case 'output_audio':
        return this.heal('output_text', index, textIn(part, 'transcript') ?? '')
      case 'output_text': {
        const isNews = this.heal('output_text', index, textIn(part, 'text') ?? '')
        const { citations } = this.#open('output_text', index)
        for (const annotation of objectsIn(part, 'annotations').slice(citations)) this.cite(index, annotation)
        return isNews
      }
      default:
        // A part that this version does not know is kept with the item.
        return false
    }
  }

  /** An item without a text is a block too: it has its place among the others. */
  #add(type: PartType, isEmpty: boolean): Part {
    const part: Part = { type, writer: this.#openWriter(type, isEmpty), citations: 0 }
    this.#parts.push(part)
    return part
  }

  #openWriter(type: PartType, isEmpty: boolean): Part['writer'] {
    switch (type) {
      case 'output_text':
      case 'refusal':
        return this.#output.text()
      case 'summary_text':
        return this.#output.reasoning('summary')
      case 'reasoning_text':
        return this.#output.reasoning(isEmpty ? 'redacted' : undefined)
    }
  }
}
