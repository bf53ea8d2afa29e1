import type { Clock } from '@geppetto/context'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on by `ms` milliseconds: runs what is due, in order, and lets promises settle after each. */
  advance(ms: number): Promise<void>
  /** How many callbacks are still scheduled. */
  readonly scheduled: number
}

/** Makes a clock that stands at `startMs` (milliseconds since the epoch; default 1,000,000). */
export function createManualClock(startMs = 1_000_000): ManualClock {
  let now = startMs
  let nextId = 0
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>()
  const nextDue = (until: number) => {
    let due: { readonly id: number; readonly at: number; readonly callback: () => void } | undefined
    for (const [id, timer] of timers)
      if (timer.at <= until && (due === undefined || timer.at < due.at)) due = { id, ...timer }
    return due
  }
  return {
    now: () => now,
    schedule(callback, delayMs) {
      const id = nextId++
      timers.set(id, { at: now + Math.max(0, delayMs), callback })
      return () => timers.delete(id)
    },
    async advance(ms) {
      const until = now + ms
      await settlePromises()
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        timers.delete(due.id)
        now = Math.max(now, due.at)
        due.callback()
        await settlePromises()
      }
      now = until
    },
    get scheduled() {
      return timers.size
    },
  }
}

/** Lets everything run that only waits for promises that are already settled. */
export function settlePromises(): Promise<void> {
  // A macrotask comes after all microtasks, however long their chain.
  return new Promise((resolve) => setTimeout(resolve, 0))
}
