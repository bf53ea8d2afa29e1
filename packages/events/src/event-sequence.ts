/** Numbers the events of a session. */
export class EventSequence {
  /** Written on the events where it is set: which owner of the session in its store they come from. */
  epoch: number | undefined
  #last: number

  /** @param last the number that was given last. Default 0. */
  constructor(last = 0) {
    this.#last = last
  }

  get last(): number {
    return this.#last
  }

  /** Goes on behind `seq`, where it has not come so far. */
  skipTo(seq: number): void {
    this.#last = Math.max(this.#last, seq)
  }

  next(): number {
    return ++this.#last
  }
}
