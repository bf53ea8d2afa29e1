/** Numbers the events of a session. */
export class EventSequence {
  #last: number

  /** @param last the number that was given last. Default 0. */
  constructor(last = 0) {
    this.#last = last
  }

  get last(): number {
    return this.#last
  }

  next(): number {
    return ++this.#last
  }
}
