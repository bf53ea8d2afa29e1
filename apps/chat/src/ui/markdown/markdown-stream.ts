import { lexer } from 'marked'

/**
 * Takes a Markdown text apart while it grows: into blocks that no later text can change, and the one that is being written. Only the latter is
 * ever read again, so that a long answer costs no more by the line than a short one.
 */
export class MarkdownStream {
  #rest = ''

  push(text: string): void {
    this.#rest += text
  }

  /** The block that is being written. */
  get rest(): string {
    return this.#rest
  }

  /** The blocks that were finished since it was asked last, in one text; undefined where there are none. */
  takeFinished(): string | undefined {
    // A block ends with a line.
    if (!this.#rest.includes('\n')) return undefined
    const tokens = lexer(this.#rest)
    const last = tokens.findLastIndex(({ type }) => type !== 'space')
    const end = tokens.slice(0, Math.max(0, last)).reduce((sum, { raw }) => sum + raw.length, 0)
    // The lexer writes tabs and odd line ends anew: what it did not leave alone cannot be cut by length.
    const finished = this.#rest.slice(0, end)
    if (finished.trim() === '' || tokens.map(({ raw }) => raw).join('') !== this.#rest) return undefined
    this.#rest = this.#rest.slice(end)
    return finished
  }

  /** The block that was being written, as no more comes. */
  end(): string {
    const rest = this.#rest
    this.#rest = ''
    return rest
  }
}
