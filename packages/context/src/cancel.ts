import type { Context } from './context.ts'
import { derive } from './context.ts'

/** A context that can be cancelled, and what must be called when its work is over. */
export interface CancellableContext extends Disposable {
  readonly ctx: Context
  /** Aborts `ctx.signal`. The first call's reason stays. Default reason: an `AbortError`. */
  cancel(reason?: unknown): void
  /** Lets go of the parent: removes the abort listener and stops the timer, without aborting. */
  release(): void
}

/** The reason with which a context's signal aborts when its time is up. Named `TimeoutError`, as the platform's own. */
export class DeadlineExceededError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'deadline_exceeded'
  /** The time that was given, in milliseconds. */
  readonly timeoutMs: number

  constructor(timeoutMs: number) {
    super(`the time limit of ${timeoutMs} ms is over`)
    this.timeoutMs = timeoutMs
  }
}

/** Whether an abort reason says that time was up: ours, or the platform's (`AbortSignal.timeout`). */
export function isTimeoutReason(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

/** A context that aborts when `ctx` does, or when `cancel` is called. Call `release` when the work is over. */
export function withCancel(ctx: Context): CancellableContext {
  return cancellable(ctx, undefined)
}

/** A context that aborts when `ctx` or `signal` does. Call `release` when the work is over. */
export function withSignal(ctx: Context, signal: AbortSignal): CancellableContext {
  const child = cancellable(ctx, undefined)
  const unlink = follow(signal, child.cancel)
  return { ...child, release: both(child.release, unlink), [Symbol.dispose]: both(child.release, unlink) }
}

/**
 * A context that aborts when `ctx` does, or after `timeoutMs` milliseconds on its clock with a {@link DeadlineExceededError}.
 * Call `release` when the work is over: it stops the timer.
 * @throws RangeError when `timeoutMs` is not a finite number of at least 0.
 */
export function withTimeout(ctx: Context, timeoutMs: number): CancellableContext {
  if (!Number.isFinite(timeoutMs) || timeoutMs < 0)
    throw new RangeError(`timeoutMs must be a number of milliseconds of at least 0, not ${timeoutMs}`)
  return cancellable(ctx, timeoutMs)
}

function cancellable(ctx: Context, timeoutMs: number | undefined): CancellableContext {
  const controller = new AbortController()
  const cancel = (reason?: unknown) => controller.abort(reason)
  const unlink = follow(ctx.signal, cancel)
  let release = unlink
  let deadline = ctx.deadline
  if (timeoutMs !== undefined) {
    const own = ctx.clock.now() + timeoutMs
    deadline = deadline === undefined ? own : Math.min(deadline, own)
    release = both(
      unlink,
      ctx.clock.schedule(() => cancel(new DeadlineExceededError(timeoutMs)), timeoutMs),
    )
  }
  const child = derive(ctx, { signal: controller.signal, ...(deadline === undefined ? {} : { deadline }) })
  return { ctx: child, cancel, release, [Symbol.dispose]: release }
}

/** Calls `onAbort` when `signal` aborts, at once if it has. Returns what removes the listener. */
function follow(signal: AbortSignal, onAbort: (reason: unknown) => void): () => void {
  if (signal.aborted) {
    onAbort(signal.reason)
    return () => {}
  }
  const listener = () => onAbort(signal.reason)
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

function both(first: () => void, second: () => void): () => void {
  return () => {
    first()
    second()
  }
}
