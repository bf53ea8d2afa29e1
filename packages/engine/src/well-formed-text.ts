/** Joins pieces of text whose cuts may fall between the two halves of a character; halves that never find each other become U+FFFD. */
export interface WellFormedText {
  /** Half a character that waits for its other one; else empty. */
  readonly held: string
  /** What of the text so far, with this piece, can be said and was not said yet. */
  push(piece: string): string
  /** What is left at the end. */
  end(): string
}

/** Starts a text. */
export function createWellFormedText(): WellFormedText {
  return new JoinedText()
}

class JoinedText implements WellFormedText {
  held = ''

  push(piece: string): string {
    // Most pieces are whole.
    if (this.held === '' && piece.isWellFormed()) return piece
    const text = this.held + piece
    const last = text.charCodeAt(text.length - 1)
    const isHalf = last >= 0xd800 && last <= 0xdbff
    this.held = isHalf ? text.slice(-1) : ''
    return (isHalf ? text.slice(0, -1) : text).toWellFormed()
  }

  end(): string {
    const rest = this.held.toWellFormed()
    this.held = ''
    return rest
  }
}
