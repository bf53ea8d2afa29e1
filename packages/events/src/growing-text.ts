/**
 * A text that grows by small pieces. Keeps the pieces and joins them when it is read: the text that is left is one piece of memory,
 * where that of repeated `+=` is a tree of all its pieces, eight times as large.
 */
export class GrowingText {
  #pieces: string[] = []

  append(piece: string): void {
    this.#pieces.push(piece)
  }

  /** Read it when the text is whole: each reading after a change joins anew. */
  get value(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join('')]
    return this.#pieces[0] ?? ''
  }
}
