const firstOffset = 0x811c9dc5
const secondOffset = 0x01000193 ^ firstOffset
const prime = 0x01000193

/** A short text that is the same for the same texts in the same order. It tells what was changed by mistake, not what was made to look alike. */
export class TextDigest {
  #length = 0
  #first = firstOffset
  #second = secondOffset

  add(text: string): void {
    this.#length += text.length
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      this.#first = Math.imul(this.#first ^ unit, prime)
      this.#second = Math.imul(this.#second ^ (unit + (this.#first >>> 16)), prime)
    }
  }

  /** Of what was added so far. */
  get value(): string {
    return [this.#length, this.#first >>> 0, this.#second >>> 0].map((number) => number.toString(16)).join('-')
  }
}
