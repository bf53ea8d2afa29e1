import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@geppetto/context'

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** How many timers are armed. */
  readonly timers: number
  /** Moves on, running what is due in its order; then lets promises settle. */
  advance(ms: number): Promise<void>
}

export function createManualClock(start = 1_000): ManualClock {
  let now = start
  const armed = new Set<{ readonly at: number; readonly callback: () => void }>()
  const nextDue = (until: number) => [...armed].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    schedule(callback, delayMs) {
      const timer = { at: now + delayMs, callback }
      armed.add(timer)
      return () => armed.delete(timer)
    },
    get timers() {
      return armed.size
    },
    async advance(ms) {
      const until = now + ms
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        now = due.at
        armed.delete(due)
        due.callback()
        await settled()
      }
      now = until
      await settled()
    },
  }
}

/** Lets all promises that can settle do so. */
export async function settled(): Promise<void> {
  await setImmediate()
}
