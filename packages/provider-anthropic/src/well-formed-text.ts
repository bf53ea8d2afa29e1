/** Makes deltas well-formed where a surrogate pair was cut between two of them, or half of one never comes. */
export class WellFormedText {
  #held = ''

  /** What of the text so far can be said. */
  next(delta: string): string {
    const text = this.#held + delta
    const last = text.charCodeAt(text.length - 1)
    const isCut = last >= 0xd800 && last <= 0xdbff
    this.#held = isCut ? text.slice(-1) : ''
    return (isCut ? text.slice(0, -1) : text).toWellFormed()
  }

  /** What was held back; nothing more comes. */
  rest(): string {
    return this.#held.toWellFormed()
  }
}
