import type { Clock } from './clock.ts'

/** A clock for tests: it stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Goes on by `ms` milliseconds: runs what is due, in order, and lets promises settle before, between and after.
   * Rejects with what a callback throws, and with a `RangeError` when told to go back.
   */
  advance(ms: number): Promise<void>
  /** Goes on to the next callback and runs it at once, without waiting for promises. False when nothing is scheduled. */
  runNext(): boolean
  /** How many callbacks are still scheduled. */
  readonly scheduled: number
}

interface Timer {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly callback: () => void
}

/** Makes a clock that stands at `startMs` (milliseconds since the epoch; default 1,000). */
export function createManualClock(startMs = 1_000): ManualClock {
  let now = startMs
  const timers = new Set<Timer>()
  const nextDue = (until: number): Timer | undefined => {
    let due: Timer | undefined
    for (const timer of timers) if (timer.at <= until && (due === undefined || timer.at < due.at)) due = timer
    return due
  }
  const run = (timer: Timer) => {
    timers.delete(timer)
    // A test may have gone on, while an advance waits, by more than that advance.
    now = Math.max(now, timer.at)
    timer.callback()
  }
  return {
    now: () => now,
    schedule(callback, delayMs) {
      const timer = { at: now + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock goes on by 0 or more milliseconds, not ${ms}`)
      const until = now + ms
      await settlePromises()
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        run(due)
        await settlePromises()
      }
      now = Math.max(now, until)
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
export async function settlePromises(): Promise<void> {
  // A message comes after all microtasks, however long their chain, and at once: a timer would take a millisecond.
  const { port1, port2 } = new MessageChannel()
  const arrived = new Promise((resolve) => {
    port1.onmessage = resolve
  })
  port2.postMessage(undefined)
  await arrived
  // An open port keeps the process alive.
  port1.close()
}
