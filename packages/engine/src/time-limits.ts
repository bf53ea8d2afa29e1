import type { CancelTimer, Clock } from '@geppetto/context'
import { quote, unknownOption } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/** How long a provider call may take, in milliseconds. `Infinity` turns a limit off. */
export interface TimeLimits {
  /** Silence before the first event: until it has come, no sign of life may be longer away. Streams only. Default 120,000. */
  readonly firstEventMs?: number | undefined
  /** Silence from the first event on. Any bytes break it, also keep-alive comments and pings. Streams only. Default 90,000. */
  readonly idleMs?: number | undefined
  /** Between two pieces of content, while nothing but signs of life comes: models may think for long. Streams only. Default 600,000. */
  readonly contentMs?: number | undefined
  /** From the request to the end of the answer. Default 600,000. */
  readonly totalMs?: number | undefined
}

/** All limits. */
export type ResolvedTimeLimits = { readonly [name in keyof TimeLimits]-?: number }

/** Fills in the defaults. @throws EngineError `invalid_options` when a limit is not a number over 0. */
export function resolveTimeLimits(limits: TimeLimits): ResolvedTimeLimits {
  if (typeof limits !== 'object' || limits === null)
    throw new EngineError('invalid_options', `timeLimits must be an object, not ${quote(limits)}`)
  const { firstEventMs = 120_000, idleMs = 90_000, contentMs = 600_000, totalMs = 600_000 } = limits
  const resolved = { firstEventMs, idleMs, contentMs, totalMs }
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

/** Watches one call and ends it at most once, by `onTimeout`. Two timers at most, and none per piece of content. */
export class CallTimer {
  readonly #clock: Clock
  readonly #limits: ResolvedTimeLimits
  readonly #onTimeout: (error: EngineError) => void
  readonly #isStream: boolean
  readonly #stopTotal: CancelTimer
  #stopStep: CancelTimer = () => {}
  #heardAt: number
  #contentAt: number
  /** Whether anything of the answer has come at all, and whether an event. */
  #isHeard = false
  #hasEvents = false
  #isHeld = false
  #error: EngineError | undefined

  constructor(clock: Clock, limits: ResolvedTimeLimits, isStream: boolean, onTimeout: (error: EngineError) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#isStream = isStream
    this.#onTimeout = onTimeout
    this.#heardAt = clock.now()
    this.#contentAt = this.#heardAt
    const { totalMs } = limits
    this.#stopTotal = this.#schedule(totalMs, () =>
      this.#fire(`the answer took longer than ${totalMs} ms: raise timeLimits.totalMs for one that may`),
    )
    if (isStream) this.#watchSilence()
  }

  /** Why the call was ended by this timer; undefined when it was not. */
  get error(): EngineError | undefined {
    return this.#error
  }

  /** When bytes came last. */
  get heardAt(): number {
    return this.#heardAt
  }

  /** Bytes have come, whatever they are. */
  hear(): void {
    this.#isHeard = true
    this.#heardAt = this.#clock.now()
  }

  /** In the bytes that came last was an event with content, or the first event of any kind. */
  touch(): void {
    this.#contentAt = this.#heardAt
    if (this.#hasEvents) return
    this.#hasEvents = true
    this.#watchSilence()
  }

  /** We ourselves keep the provider waiting: it is not idle until {@link CallTimer.resume}. */
  hold(): void {
    this.#isHeld = true
  }

  resume(): void {
    this.#isHeld = false
    this.#heardAt = this.#clock.now()
    this.#contentAt = this.#heardAt
  }

  stop(): void {
    this.#stopTotal()
    this.#stopStep()
  }

  /** Looks again when the first of the two limits can be over at the earliest. */
  #watchSilence(): void {
    this.#stopStep()
    const { firstEventMs, idleMs, contentMs } = this.#limits
    const now = this.#clock.now()
    const silenceMs = this.#hasEvents ? idleMs : firstEventMs
    const [silenceLeft, contentLeft] = this.#isHeld
      ? [silenceMs, contentMs]
      : [this.#heardAt + silenceMs - now, this.#contentAt + contentMs - now]
    if (silenceLeft <= 0) return this.#fire(this.#hasEvents ? idleMessage(idleMs) : firstEventMessage(firstEventMs))
    if (contentLeft <= 0) return this.#fire(contentMessage(contentMs))
    this.#stopStep = this.#schedule(Math.min(silenceLeft, contentLeft), () => this.#watchSilence())
  }

  #schedule(delayMs: number, run: () => void): CancelTimer {
    return Number.isFinite(delayMs) ? this.#clock.schedule(run, delayMs) : () => {}
  }

  #fire(message: string): void {
    this.stop()
    // What has begun is worked on, and paid for: the same again would cost the same, and most likely take as long. Of an answer in one piece nobody knows.
    const retryable = this.#isStream && !this.#isHeard
    this.#error = new EngineError('timeout', message, { retryable })
    this.#onTimeout(this.#error)
  }
}

function firstEventMessage(limitMs: number): string {
  return `no event came, and nothing else for ${limitMs} ms: raise timeLimits.firstEventMs for a model that is slow to begin`
}

function idleMessage(limitMs: number): string {
  return `nothing came for ${limitMs} ms: raise timeLimits.idleMs for a model that thinks without a sign of life`
}

function contentMessage(limitMs: number): string {
  return `no content came for ${limitMs} ms, but signs of life: raise timeLimits.contentMs for a model that thinks for longer`
}
