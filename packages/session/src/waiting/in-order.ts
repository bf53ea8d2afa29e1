/** Does one piece of work behind the other, also behind one that failed; at once where nothing goes on. */
export class InOrder {
  #last: Promise<void> | undefined

  /** What comes of `work`, once all that was asked for before has ended. */
  do<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last === undefined ? work() : this.#last.then(work)
    const end = () => {
      if (this.#last === last) this.#last = undefined
    }
    // The next one only waits for its end: whoever asked for it is told what came of it.
    const last = done.then(end, end)
    this.#last = last
    return done
  }
}
