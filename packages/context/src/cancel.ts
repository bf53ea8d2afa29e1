import type { Context } from './context.ts'
import { derive } from './context.ts'
import { isWithoutEnd } from './signal-without-end.ts'

/** A context that can be cancelled, and what must be called when its work is over (or `using` it). */
export interface CancellableContext extends Disposable {
  readonly ctx: Context
  /** Aborts `ctx.signal` and releases. The first abort's reason stays. Default reason: an `AbortError`. */
  cancel(reason?: unknown): void
  /** Lets go of the parent: removes the abort listener and stops the timer, without aborting. */
  release(): void
}

/** The reason with which a context's signal aborts when its time is up. Named `TimeoutError`, as the platform's own. */
export class DeadlineExceededError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'deadline_exceeded'
  /** The time that was given, in milliseconds, where it is known. */
  readonly timeoutMs: number | undefined

  constructor(timeoutMs?: number) {
    super(timeoutMs === undefined ? 'the deadline has passed' : `the time limit of ${timeoutMs} ms is over`)
    this.timeoutMs = timeoutMs
  }
}

/** Whether an abort reason says that time was up: ours, or the platform's (`AbortSignal.timeout`). Never throws, whatever was given as a reason. */
export function isTimeoutReason(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false
  try {
    return 'name' in reason && reason.name === 'TimeoutError'
  } catch {
    // A proxy or a getter may throw: what cannot be read does not say it.
    return false
  }
}

/** A context that aborts when `ctx` does, or when `cancel` is called. Call `release` when the work is over. */
export function withCancel(ctx: Context): CancellableContext {
  return cancellable(ctx, [ctx.signal])
}

/** A context that aborts when `ctx` or `signal` does, with the reason of the first. Call `release` when the work is over. */
export function withSignal(ctx: Context, signal: AbortSignal): CancellableContext {
  return cancellable(ctx, [ctx.signal, signal])
}

/**
 * A context that aborts when `ctx` does, or after `timeoutMs` milliseconds on its clock with a {@link DeadlineExceededError}.
 * Its deadline is the earlier of its own and that of `ctx`. Call `release` when the work is over: it stops the timer.
 * @throws RangeError when `timeoutMs` is not a finite number of at least 0.
 */
export function withTimeout(ctx: Context, timeoutMs: number): CancellableContext {
  if (!Number.isFinite(timeoutMs) || timeoutMs < 0)
    throw new RangeError(`timeoutMs must be a number of milliseconds of at least 0, not ${timeoutMs}`)
  return cancellable(ctx, [ctx.signal], timeoutMs)
}

function cancellable(ctx: Context, sources: readonly AbortSignal[], timeoutMs?: number): CancellableContext {
  const controller = new AbortController()
  const undo: (() => void)[] = []
  const release = () => {
    for (const step of undo.splice(0)) step()
  }
  // What has aborted waits for nothing more, so it holds on to nothing, even if nobody calls release.
  const cancel = (reason?: unknown) => {
    release()
    controller.abort(reason)
  }
  for (const source of sources) {
    if (controller.signal.aborted) break
    if (!isWithoutEnd(source)) undo.push(follow(source, cancel))
  }
  let deadline = ctx.deadline
  if (timeoutMs !== undefined) {
    const own = ctx.clock.now() + timeoutMs
    deadline = deadline === undefined ? own : Math.min(deadline, own)
    if (!controller.signal.aborted)
      undo.push(ctx.clock.schedule(() => cancel(new DeadlineExceededError(timeoutMs)), timeoutMs))
  }
  const child = derive(ctx, { signal: controller.signal, ...(deadline === undefined ? undefined : { deadline }) })
  return { ctx: child, cancel, release, [Symbol.dispose]: release }
}

/** Calls `onAbort` when `signal` aborts, at once if it has. Returns what removes the listener. */
function follow(signal: AbortSignal, onAbort: (reason: unknown) => void): () => void {
  const listener = () => onAbort(signal.reason)
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
