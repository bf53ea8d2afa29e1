import type { CancelTimer, Clock } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'

/** How long, in real milliseconds, whatever is no part of the recording may take before the clock goes on without it. */
const patienceMs = 20

/** A clock that goes on by itself, in jumps, as soon as nothing more happens at the time where it stands. */
export interface ReplayClock extends Clock {
  /** Like `schedule`, for what was recorded: it certainly comes, so that nothing else has to be waited for. */
  scheduleRecorded(callback: () => void, delayMs: number): CancelTimer
  /** Lets time pass until the promise settles. @throws Error when the program waits for what never comes. */
  runUntil<T>(promise: Promise<T>): Promise<T>
}

/** Makes a clock that starts at `startedAt`. A program may wait `stallMs` real milliseconds for nothing that anybody knows of. */
export function createReplayClock(startedAt: number, stallMs = 3_000): ReplayClock {
  const clock = createManualClock(startedAt)
  let recorded = 0
  return {
    now: clock.now,
    schedule: clock.schedule,
    scheduleRecorded(callback, delayMs) {
      recorded++
      let isOver = false
      const over = () => {
        if (!isOver) recorded--
        isOver = true
      }
      const stop = clock.schedule(() => {
        over()
        callback()
      }, delayMs)
      return () => {
        over()
        stop()
      }
    },
    async runUntil(promise) {
      let isSettled = false
      const settled = () => {
        isSettled = true
      }
      promise.then(settled, settled)
      let idleSince: number | undefined
      while (true) {
        await settlePromises()
        if (isSettled) return promise
        if (recorded === 0) await new Promise((resolve) => setTimeout(resolve, patienceMs))
        if (isSettled) return promise
        if (clock.runNext()) idleSince = undefined
        else {
          idleSince ??= performance.now()
          if (performance.now() - idleSince > stallMs)
            throw new Error('the program waits for something that is neither in the recording nor on its clock')
        }
      }
    },
  }
}
