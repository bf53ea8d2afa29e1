import type { CancelTimer, Clock } from '@geppetto/context'
import { quote } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'
import { unknownOption } from './option-names.ts'

/** How long a provider call may take, in milliseconds. `Infinity` turns a limit off. */
export interface TimeLimits {
  /** Until the response's headers and the first event have come; streams only. Default 120,000. */
  readonly firstEventMs?: number
  /** Between two pieces of content; keep-alive comments and pings do not count. Streams only. Default 90,000. */
  readonly idleMs?: number
  /** From the request to the end of the answer. Default 600,000. */
  readonly totalMs?: number
}

/** Fills in the defaults. @throws EngineError `invalid_options` when a limit is not a number over 0. */
export function resolveTimeLimits(limits: TimeLimits): Required<TimeLimits> {
  if (typeof limits !== 'object' || limits === null)
    throw new EngineError('invalid_options', `timeLimits must be an object, not ${quote(limits)}`)
  const { firstEventMs = 120_000, idleMs = 90_000, totalMs = 600_000 } = limits
  const resolved = { firstEventMs, idleMs, totalMs }
  const problem = unknownOption(limits, Object.keys(resolved), 'timeLimits')
  if (problem !== undefined) throw new EngineError('invalid_options', problem)
  for (const [name, value] of Object.entries(resolved))
    if (typeof value !== 'number' || !(value > 0))
      throw new EngineError(
        'invalid_options',
        `timeLimits.${name} must be a number of milliseconds over 0, or Infinity for no limit, not ${quote(value)}`,
      )
  return resolved
}

/** Watches one call and ends it at most once, by `onTimeout`. One timer for each limit, none per piece of content. */
export class CallTimer {
  readonly #clock: Clock
  readonly #limits: Required<TimeLimits>
  readonly #onTimeout: (error: EngineError) => void
  readonly #stopTotal: CancelTimer
  #stopStep: CancelTimer = () => {}
  #lastContentAt: number | undefined
  #isHeld = false
  #error: EngineError | undefined

  constructor(clock: Clock, limits: Required<TimeLimits>, isStream: boolean, onTimeout: (error: EngineError) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#onTimeout = onTimeout
    const { totalMs, firstEventMs } = limits
    this.#stopTotal = this.#arm(totalMs, `the answer took longer than ${totalMs} ms (totalMs)`)
    if (isStream) this.#stopStep = this.#arm(firstEventMs, `no event came within ${firstEventMs} ms (firstEventMs)`)
  }

  /** Why the call was ended by this timer; undefined when it was not. */
  get error(): EngineError | undefined {
    return this.#error
  }

  /** Content has come: the idle time begins anew. */
  touch(): void {
    const isFirst = this.#lastContentAt === undefined
    this.#lastContentAt = this.#clock.now()
    if (isFirst) this.#watchIdle(this.#limits.idleMs)
  }

  /** We ourselves keep the provider waiting: it is not idle until {@link CallTimer.resume}. */
  hold(): void {
    this.#isHeld = true
  }

  resume(): void {
    this.#isHeld = false
    if (this.#lastContentAt !== undefined) this.#lastContentAt = this.#clock.now()
  }

  stop(): void {
    this.#stopTotal()
    this.#stopStep()
  }

  #watchIdle(delayMs: number): void {
    this.#stopStep()
    if (!Number.isFinite(delayMs)) return
    const { idleMs } = this.#limits
    this.#stopStep = this.#clock.schedule(() => {
      const leftMs = this.#isHeld ? idleMs : (this.#lastContentAt ?? 0) + idleMs - this.#clock.now()
      if (leftMs > 0) this.#watchIdle(leftMs)
      else this.#fire(`no content came for ${idleMs} ms (idleMs)`)
    }, delayMs)
  }

  #arm(delayMs: number, message: string): CancelTimer {
    return Number.isFinite(delayMs) ? this.#clock.schedule(() => this.#fire(message), delayMs) : () => {}
  }

  #fire(message: string): void {
    this.stop()
    this.#error = new EngineError('timeout', message)
    this.#onTimeout(this.#error)
  }
}
