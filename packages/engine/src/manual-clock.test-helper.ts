import type { Clock } from '@geppetto/context'

export interface ManualClock extends Clock {
  /** Moves the time on, and runs what falls due on the way in its order. */
  advance(ms: number): void
  /** How many timers are live. */
  readonly pending: number
}

/** A clock that stands still until it is moved. */
export function manualClock(start = 1_000): ManualClock {
  let time = start
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  const nextDue = (until: number) =>
    [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0]
  return {
    now: () => time,
    schedule(callback, delayMs) {
      const timer = { at: time + delayMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    get pending() {
      return timers.size
    },
    advance(ms) {
      const end = time + ms
      for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
        timers.delete(timer)
        time = Math.max(time, timer.at)
        timer.callback()
      }
      time = end
    },
  }
}
