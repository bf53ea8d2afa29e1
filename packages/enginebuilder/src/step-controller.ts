import type { Context } from '@geppetto/context'
import { EngineError } from '@geppetto/engine'
import { publish, runIdFrom, sessionIdFrom } from '@geppetto/events'
import { defined, type Turn } from '@geppetto/turns'
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
  /** The session and the run that are paused. */
  readonly sessionId?: string
  readonly runId?: string
}

/** A {@link StepController} that is worked from outside, by pause id. */
export interface ManualStepController extends StepController {
  /**
   * Pauses the runs of a session, for those made with `sessions: 'asked'`, until what it returns is called: the last who calls it lets a run that is
   * paused go on.
   */
  stepThrough(sessionId: string): () => void
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
  /** Which sessions are paused: `all` (default), or those that somebody asked to step through. */
  readonly sessions?: 'all' | 'asked'
  /** After how many milliseconds a pause ends by itself and the run goes on. Default: never. */
  readonly timeoutMs?: number
}

type PauseEnd = 'request' | 'timeout' | 'cancel'

/** Makes a controller that pauses runs, tells so by `debugger-paused`, and waits for its `continue` or `cancel`. */
export function createStepController(options: StepControllerOptions = {}): ManualStepController {
  const phases = new Set<PausePhase>(options.phases ?? ['after_inference', 'after_tools'])
  const pauses = new Map<string, { readonly pause: PendingPause; readonly end: (by: PauseEnd) => void }>()
  /** How many step through each session. */
  const askers = new Map<string, number>()
  const isWanted = (ctx: Context, { phase }: PausePoint): boolean =>
    phases.has(phase) && (options.sessions !== 'asked' || askers.has(sessionIdFrom(ctx) ?? ''))
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
      if (!isWanted(ctx, point)) return
      ctx.signal.throwIfAborted()
      const pauseId = ctx.ids.next('pause')
      const ended = Promise.withResolvers<PauseEnd>()
      const { timeoutMs } = options
      const deadline = timeoutMs === undefined ? undefined : ctx.clock.now() + timeoutMs
      const stopTimer =
        timeoutMs === undefined ? () => {} : ctx.clock.schedule(() => ended.resolve('timeout'), timeoutMs)
      const onAbort = () => ended.resolve('cancel')
      ctx.signal.addEventListener('abort', onAbort, { once: true })
      const of = defined({ sessionId: sessionIdFrom(ctx), runId: runIdFrom(ctx) })
      pauses.set(pauseId, { pause: { ...point, pauseId, ...of }, end: ended.resolve })
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
    stepThrough(sessionId) {
      askers.set(sessionId, (askers.get(sessionId) ?? 0) + 1)
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        const left = (askers.get(sessionId) ?? 1) - 1
        if (left > 0) return void askers.set(sessionId, left)
        askers.delete(sessionId)
        if (options.sessions !== 'asked') return
        for (const { pause, end } of pauses.values()) if (pause.sessionId === sessionId) end('request')
      }
    },
    get pending() {
      return [...pauses.values()].map(({ pause }) => pause)
    },
    continue: (pauseId) => endPause(pauseId, 'request'),
    cancel: (pauseId) => endPause(pauseId, 'cancel'),
  }
}
