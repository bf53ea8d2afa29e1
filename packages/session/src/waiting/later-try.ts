import type { CancelTimer, Clock } from '@geppetto/context'

/** So long is waited before the first new try, and at most before any, in milliseconds. */
const firstMs = 500
const longestMs = 2_000

/** Tries again what somebody else stands in the way of: after a while, which doubles from try to try. */
export class LaterTry {
  readonly #clock: Clock
  readonly #attempt: () => void
  #delayMs = firstMs
  #stopTimer: CancelTimer | undefined

  constructor(clock: Clock, attempt: () => void) {
    this.#clock = clock
    this.#attempt = attempt
  }

  /** Whether there will be a try. */
  get isDue(): boolean {
    return this.#stopTimer !== undefined
  }

  /** `keepsAlive`: whether the process is kept alive for it; default: yes. */
  schedule(options: { readonly keepsAlive?: boolean } = {}): void {
    this.#stopTimer?.()
    this.#stopTimer = this.#clock.schedule(
      () => {
        this.#stopTimer = undefined
        this.#attempt()
      },
      this.#delayMs,
      options,
    )
    this.#delayMs = Math.min(2 * this.#delayMs, longestMs)
  }

  /** There is nothing to be tried any more; what comes next begins anew. */
  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#delayMs = firstMs
  }
}
