import type { Clock } from '@geppetto/context'
import { ProblemError } from './problem-error.ts'

interface Bucket {
  tokens: number
  at: number
}

/** How many callers are remembered: the oldest are forgotten first, and have all their requests again. */
const maxCallers = 10_000

/** How many requests each caller may make. */
export class RateLimiter {
  readonly #clock: Clock
  readonly #perMinute: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#perMinute = perMinute
  }

  /** @throws ProblemError `rate_limited` with the time until the next may come */
  take(caller: string): void {
    const now = this.#clock.now()
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#perMinute, at: now }
    const perMs = this.#perMinute / 60_000
    // A clock that was set back gives nothing, and takes nothing.
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + Math.max(0, now - bucket.at) * perMs)
    bucket.at = now
    this.#buckets.delete(caller)
    this.#buckets.set(caller, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > maxCallers && oldest !== undefined) this.#buckets.delete(oldest)
    if (bucket.tokens < 1)
      throw new ProblemError('rate_limited', { retryAfterMs: Math.ceil((1 - bucket.tokens) / perMs) })
    bucket.tokens -= 1
  }
}
