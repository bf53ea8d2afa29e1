/** So many pieces are joined at once. */
const piecesPerPart = 64

/**
 * A text that grows by small pieces. Joins some at a time, while they are at hand: repeated `+=` keeps a tree of all the pieces, ten times as large as the text, and to join all of
 * them at the end is to fetch each of them from memory once more.
 */
export class GrowingText {
  /** Its first `#count` are to be joined; the places are used again. */
  #pieces: string[] = []
  #count = 0
  #text = ''

  append(piece: string): void {
    this.#pieces[this.#count++] = piece
    if (this.#count === piecesPerPart) this.#join()
  }

  /** All of it so far. */
  get value(): string {
    if (this.#count > 0) {
      this.#pieces.length = this.#count
      this.#join()
      this.#pieces = []
    }
    return this.#text
  }

  #join(): void {
    this.#text += this.#pieces.join('')
    this.#count = 0
  }
}
