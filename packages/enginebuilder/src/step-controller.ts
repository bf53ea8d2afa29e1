import type { Context } from '@geppetto/context'
import { EngineError } from '@geppetto/engine'
import { publish } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import { BuilderError } from './builder-error.ts'

/** Where a run can be paused. */
export type PausePhase = 'after_inference' | 'after_tools'

/** A point at which the loop asks whether it may go on. */
export interface PausePoint {
  readonly phase: PausePhase
  readonly iteration: number
  readonly turn: Turn
}

/** Lets a run go on step by step. */
export interface StepController {
  /** Resolves when the run may go on; rejects when it shall not, or when the context aborts. */
  pause(ctx: Context, point: PausePoint): Promise<void>
}

/** A pause that somebody must end. */
export interface PendingPause extends PausePoint {
  readonly pauseId: string
}

/** A {@link StepController} that is worked from outside, by pause id. */
export interface ManualStepController extends StepController {
  /** The pauses that are on, oldest first. */
  readonly pending: readonly PendingPause[]
  /** Lets the run go on. @throws BuilderError `no_such_pause` */
  continue(pauseId: string): void
  /** Ends the run as cancelled. @throws BuilderError `no_such_pause` */
  cancel(pauseId: string): void
}

/** What {@link createStepController} takes. */
export interface StepControllerOptions {
  /** Where to pause. Default: everywhere. */
  readonly phases?: readonly PausePhase[]
  /** After how many milliseconds a pause ends by itself and the run goes on. Default: never. */
  readonly timeoutMs?: number
}

type PauseEnd = 'request' | 'timeout' | 'cancel'

/** Makes a controller that pauses runs, tells so by `debugger-paused`, and waits for its `continue` or `cancel`. */
export function createStepController(options: StepControllerOptions = {}): ManualStepController {
  const phases = new Set<PausePhase>(options.phases ?? ['after_inference', 'after_tools'])
  const pauses = new Map<string, { readonly pause: PendingPause; readonly end: (by: PauseEnd) => void }>()
  const endPause = (pauseId: string, by: PauseEnd): void => {
    const known = pauses.get(pauseId)
    if (known === undefined)
      throw new BuilderError(
        'no_such_pause',
        `there is no pause ${pauseId}; on now: ${[...pauses.keys()].join(', ') || 'none'}`,
      )
    known.end(by)
  }
  return {
    async pause(ctx, point) {
      if (!phases.has(point.phase)) return
      ctx.signal.throwIfAborted()
      const pauseId = ctx.ids.next('pause')
      const ended = Promise.withResolvers<PauseEnd>()
      const { timeoutMs } = options
      const deadline = timeoutMs === undefined ? undefined : ctx.clock.now() + timeoutMs
      const stopTimer =
        timeoutMs === undefined ? () => {} : ctx.clock.schedule(() => ended.resolve('timeout'), timeoutMs)
      const onAbort = () => ended.resolve('cancel')
      ctx.signal.addEventListener('abort', onAbort, { once: true })
      pauses.set(pauseId, { pause: { ...point, pauseId }, end: ended.resolve })
      publish(ctx, {
        type: 'debugger-paused',
        pauseId,
        phase: point.phase,
        ...(deadline === undefined ? undefined : { deadline }),
      })
      const by = await ended.promise
      pauses.delete(pauseId)
      stopTimer()
      ctx.signal.removeEventListener('abort', onAbort)
      publish(ctx, { type: 'debugger-continued', pauseId, by })
      if (by === 'cancel')
        throw new EngineError('cancelled', 'the run was cancelled while it was paused', {
          partial: point.turn,
          cause: ctx.signal.aborted ? ctx.signal.reason : 'user',
        })
    },
    get pending() {
      return [...pauses.values()].map(({ pause }) => pause)
    },
    continue: (pauseId) => endPause(pauseId, 'request'),
    cancel: (pauseId) => endPause(pauseId, 'cancel'),
  }
}
