import type { CancelTimer, Clock } from '@geppetto/context'

/** Waits on the clock, for ever with `Infinity`. Rejects with the signal's reason when it aborts, and leaves no timer. */
export function waitOn(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopTimer: CancelTimer = () => {}
    const onAbort = () => {
      stopTimer()
      reject(signal.reason)
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    if (!Number.isFinite(ms)) return
    stopTimer = clock.schedule(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
  })
}
