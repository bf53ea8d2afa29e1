import { createWellFormedText, type DecoderOutput, type TextWriter, type WellFormedText } from '@geppetto/engine'
import type { Citation } from '@geppetto/turns'

/** The text of one answer, or its refusal. One piece: Chat Completions knows no order between text and calls. */
export class IncomingText {
  readonly #output: DecoderOutput
  readonly #isRefusal: boolean
  readonly #joiner: WellFormedText = createWellFormedText()
  readonly #waiting: Citation[] = []
  readonly #cited = new Set<string>()
  #writer: TextWriter | undefined

  constructor(output: DecoderOutput, isRefusal: boolean) {
    this.#output = output
    this.#isRefusal = isRefusal
  }

  /** As far as it has come. */
  text = ''

  get hasText(): boolean {
    return this.#writer !== undefined
  }

  append(text: string): void {
    this.#writer ??= this.#output.text()
    this.text += text
    this.#writer.append(this.#joiner.push(text))
    for (const citation of this.#waiting.splice(0)) this.#writer.cite(citation)
  }

  /** Cites what the text refers to, once each: some hosts repeat their list in every chunk. */
  cite(citations: readonly Citation[]): void {
    for (const citation of citations) {
      const key = JSON.stringify(citation.raw ?? citation.url)
      if (this.#cited.has(key)) continue
      this.#cited.add(key)
      if (this.#writer === undefined) this.#waiting.push(citation)
      else this.#writer.cite(citation)
    }
  }

  finish(): void {
    this.#writer?.append(this.#joiner.end())
    this.#writer?.finish(this.#isRefusal ? { refusal: true } : {})
  }
}
