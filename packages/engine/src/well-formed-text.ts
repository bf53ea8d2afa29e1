/** Joins pieces of text whose cuts may fall between the two halves of a character; halves that never find each other become U+FFFD. */
export interface WellFormedText {
  /** What of the text so far, with this piece, can be said and was not said yet. */
  push(piece: string): string
  /** What is left at the end. */
  end(): string
}

/** Starts a text. */
export function createWellFormedText(): WellFormedText {
  let held = ''
  return {
    push(piece) {
      // Most pieces are whole.
      if (held === '' && piece.isWellFormed()) return piece
      const text = held + piece
      const last = text.charCodeAt(text.length - 1)
      const isHalf = last >= 0xd800 && last <= 0xdbff
      held = isHalf ? text.slice(-1) : ''
      return (isHalf ? text.slice(0, -1) : text).toWellFormed()
    },
    end() {
      const rest = held.toWellFormed()
      held = ''
      return rest
    },
  }
}
