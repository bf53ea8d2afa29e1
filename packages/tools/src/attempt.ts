import { type Context, withTimeout } from '@geppetto/context'

/** How one attempt at running something ended. */
export type AttemptEnd<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** Its signal aborted, and it threw or was abandoned: nobody knows what it had done by then. */
  | { readonly kind: 'stopped'; readonly by: 'timeout' | 'abort'; readonly isAbandoned: boolean }

/**
 * Runs `work` with a signal of its own, which aborts with `ctx` or after `timeoutMs`. Work that returns a value within `graceMs` after that
 * has returned it; work that is not over then is abandoned, and whatever becomes of it is ignored. Never rejects.
 */
export function runAttempt<T>(
  ctx: Context,
  limits: { readonly timeoutMs: number; readonly graceMs: number },
  work: (ctx: Context) => Promise<T>,
): Promise<AttemptEnd<T>> {
  return new Promise((resolve) => {
    const limited = withTimeout(ctx, limits.timeoutMs)
    const { signal } = limited.ctx
    let stoppedBy: 'timeout' | 'abort' | undefined
    let stopGraceTimer = () => {}
    const end = (how: AttemptEnd<T>) => {
      signal.removeEventListener('abort', onAbort)
      stopGraceTimer()
      limited.release()
      resolve(how)
    }
    const onAbort = () => {
      const by = ctx.signal.aborted ? 'abort' : 'timeout'
      stoppedBy = by
      stopGraceTimer = ctx.clock.schedule(() => end({ kind: 'stopped', by, isAbandoned: true }), limits.graceMs)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    work(limited.ctx).then(
      (value) => end({ kind: 'returned', value }),
      (error: unknown) =>
        end(
          stoppedBy === undefined ? { kind: 'threw', error } : { kind: 'stopped', by: stoppedBy, isAbandoned: false },
        ),
    )
  })
}
