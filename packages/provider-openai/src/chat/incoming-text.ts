import type { DecoderOutput, PieceTarget, TextWriter } from '@geppetto/engine'
import type { Citation } from '@geppetto/turns'

/** The text of one answer, or its refusal. One piece: Chat Completions knows no order between text and calls. */
export class IncomingText {
  readonly #output: DecoderOutput
  readonly #isRefusal: boolean
  readonly #waiting: Citation[] = []
  /** How often each was cited. */
  readonly #cited = new Map<string, number>()
  #writer: TextWriter | undefined

  constructor(output: DecoderOutput, isRefusal: boolean) {
    this.#output = output
    this.#isRefusal = isRefusal
  }

  /** As far as it has come. */
  get text(): string {
    return this.#writer?.text ?? ''
  }

  get hasText(): boolean {
    return this.#writer !== undefined
  }

  /** What takes more of it, once it has begun. */
  get target(): PieceTarget | undefined {
    return this.#writer
  }

  append(text: string): void {
    this.#writer ??= this.#output.text()
    this.#writer.append(text)
    if (this.#waiting.length > 0) for (const citation of this.#waiting.splice(0)) this.#writer.cite(citation)
  }

  /** Cites what the text refers to: some hosts repeat their list, as far as it goes, in every chunk. */
  cite(citations: readonly Citation[]): void {
    const listed = new Map<string, number>()
    for (const citation of citations) {
      const key = JSON.stringify(citation.raw ?? citation.url)
      const count = (listed.get(key) ?? 0) + 1
      listed.set(key, count)
      if (count <= (this.#cited.get(key) ?? 0)) continue
      this.#cited.set(key, count)
      if (this.#writer === undefined) this.#waiting.push(citation)
      else this.#writer.cite(citation)
    }
  }

  finish(): void {
    // What nothing was said of is kept too.
    if (this.#waiting.length > 0) this.append('')
    this.#writer?.finish(this.#isRefusal ? { refusal: true } : {})
  }
}
