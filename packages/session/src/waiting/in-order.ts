/** Does one piece of work behind the other, also behind one that failed. */
export class InOrder {
  #last: Promise<unknown> = Promise.resolve()

  /** What comes of `work`, once all that was asked for before has ended. */
  do<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(toldToItsCaller)
    return done
  }
}

/** The next one only waits for its end. */
function toldToItsCaller(): void {}
