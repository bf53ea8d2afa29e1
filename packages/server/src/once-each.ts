/** How many answers are remembered. */
const maxAnswers = 100

/** Does what is asked for under an id once, and answers alike whoever asks under the same id again. */
export class OnceEach<T> {
  readonly #answers = new Map<string, Promise<T>>()

  /** What fails may be asked for again. */
  do(id: string, work: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(id)
    if (known !== undefined) return known
    const answer = work()
    this.#answers.set(id, answer)
    answer.catch(() => this.#answers.delete(id))
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > maxAnswers && oldest !== undefined) this.#answers.delete(oldest)
    return answer
  }
}
