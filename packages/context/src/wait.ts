import { DeadlineExceededError } from './cancel.ts'
import type { CancelTimer } from './clock.ts'
import type { Context } from './context.ts'

/**
 * Why the work of a context must end now: its signal has aborted, or its deadline has passed and the timer could not ring yet, because
 * something has kept the thread busy. Undefined while it may go on. To be asked between two pieces of work.
 */
export function endOf(ctx: Context): { readonly reason: unknown } | undefined {
  if (ctx.signal.aborted) return { reason: ctx.signal.reason }
  if (ctx.deadline === undefined || ctx.clock.now() < ctx.deadline) return undefined
  return { reason: new DeadlineExceededError() }
}

/**
 * Waits `delayMs` milliseconds on the context's clock. Rejects with the signal's reason when the context aborts first; leaves no
 * timer and no listener.
 */
export function sleep(ctx: Context, delayMs: number): Promise<void> {
  if (ctx.signal.aborted) return Promise.reject(ctx.signal.reason)
  let stopTimer: CancelTimer = () => {}
  const elapsed = new Promise<void>((resolve) => {
    stopTimer = ctx.clock.schedule(resolve, delayMs)
  })
  return untilAborted(ctx.signal, elapsed).finally(stopTimer)
}

/**
 * Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. The promise goes on; its late outcome is
 * ignored, also when it is a rejection.
 */
export function untilAborted<T>(signal: AbortSignal, promise: PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    const settled = () => signal.removeEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(
      (value) => {
        settled()
        resolve(value)
      },
      (error) => {
        settled()
        reject(error)
      },
    )
  })
}
