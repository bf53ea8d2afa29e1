import type { Event } from '@geppetto/events'
import type { RunResult } from './run-result.ts'

/** A run that has been started, or waits for the one before it. */
export interface ExecutionHandle extends AsyncDisposable {
  readonly runId: string
  readonly sessionId: string
  /** `queued` until the run before it has ended. */
  readonly state: 'queued' | 'running' | 'settled'
  /** Whether it has not been settled yet. */
  readonly isRunning: boolean
  /** Resolves when the run has ended and the session is free, for every outcome. Never rejects. */
  wait(): Promise<RunResult>
  /**
   * Stops the run, and resolves as {@link ExecutionHandle.wait} does. May be called again; the first reason stays.
   * @param reason a `StopReason` speaks for itself; anything else counts as `user`.
   */
  cancel(reason?: unknown): Promise<RunResult>
  /** The events of the run: the past with deltas merged, then those to come, to the last. Leaving the iteration does not stop the run. */
  events(): AsyncIterableIterator<Event>
  /** Cancels the run and waits: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
