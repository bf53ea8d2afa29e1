import type { Clock } from '@geppetto/context'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on by `ms` milliseconds: runs what is due, in order, and lets promises settle after each. */
  advance(ms: number): Promise<void>
  /** Goes on to the next callback and runs it, without waiting for promises. False when nothing is scheduled. */
  runNext(): boolean
  /** How many callbacks are still scheduled. */
  readonly scheduled: number
}

interface DueTimer {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly callback: () => void
}

/** Makes a clock that stands at `startMs` (milliseconds since the epoch; default 1,000,000). */
export function createManualClock(startMs = 1_000_000): ManualClock {
  let now = startMs
  let nextId = 0
  const timers = new Map<number, Omit<DueTimer, 'id'>>()
  const nextDue = (until: number): DueTimer | undefined => {
    let due: DueTimer | undefined
    for (const [id, timer] of timers)
      if (timer.at <= until && (due === undefined || timer.at < due.at)) due = { id, ...timer }
    return due
  }
  const run = (due: DueTimer) => {
    timers.delete(due.id)
    now = Math.max(now, due.at)
    due.callback()
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
        run(due)
        await settlePromises()
      }
      now = until
    },
    runNext() {
      const due = nextDue(Number.POSITIVE_INFINITY)
      if (due !== undefined) run(due)
      return due !== undefined
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
