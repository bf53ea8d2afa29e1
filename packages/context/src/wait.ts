import type { Context } from './context.ts'

/** Waits `delayMs` milliseconds on the context's clock. Rejects with the signal's reason when the context aborts first; leaves no timer and no listener. */
export function sleep(ctx: Context, delayMs: number): Promise<void> {
  return abortable(ctx.signal, (resolve) => ctx.clock.schedule(resolve, delayMs))
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. The promise goes on; its late outcome is ignored. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return abortable(signal, (resolve, reject) => {
    promise.then(resolve, reject)
    return () => {}
  })
}

function abortable<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let stop = () => {}
    const onAbort = () => {
      stop()
      reject(signal.reason)
    }
    const settle = <A>(then: (value: A) => void) => {
      return (value: A) => {
        signal.removeEventListener('abort', onAbort)
        then(value)
      }
    }
    stop = begin(settle(resolve), settle(reject))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
