import type { Limits } from './limits.ts'
import { ProblemError } from './problem-error.ts'

/** How many streams are open, and whose. */
export class StreamSlots {
  readonly #limits: Limits
  readonly #byCaller = new Map<string, number>()
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Takes one, which what it returns gives back. @throws ProblemError `too_many_streams` */
  take(caller: string): () => void {
    const own = this.#byCaller.get(caller) ?? 0
    if (this.#count >= this.#limits.streams || own >= this.#limits.streamsPerCaller)
      throw new ProblemError('too_many_streams', { retryAfterMs: 5000, detail: 'Close other pages of this server.' })
    this.#count++
    this.#byCaller.set(caller, own + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#count--
      const left = (this.#byCaller.get(caller) ?? 1) - 1
      if (left > 0) this.#byCaller.set(caller, left)
      else this.#byCaller.delete(caller)
    }
  }
}
