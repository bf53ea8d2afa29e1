/** Stops a scheduled callback; calling it again, or after the callback ran, does nothing. */
export type CancelTimer = () => void

/** Where all time comes from, so that tests and replays own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `callback` once after `delayMs` milliseconds. Keeps the process alive until then, or until cancelled, unless `keepsAlive` is false and the clock can do without. */
  schedule(callback: () => void, delayMs: number, options?: { readonly keepsAlive?: boolean }): CancelTimer
}

/** The longest delay that a host's timer takes; longer ones are split. */
const longestTimerMs = 2_147_483_647

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(callback, delayMs, { keepsAlive = true } = {}) {
    let timer: ReturnType<typeof setTimeout>
    const arm = (remainingMs: number) => {
      timer =
        remainingMs > longestTimerMs
          ? setTimeout(() => arm(remainingMs - longestTimerMs), longestTimerMs)
          : setTimeout(callback, Math.max(0, remainingMs))
      if (!keepsAlive) letProcessEnd(timer)
    }
    arm(delayMs)
    return () => clearTimeout(timer)
  },
}

/** Only some hosts' timers keep their process alive. */
function letProcessEnd(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
}
