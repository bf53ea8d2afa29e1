import type { Warning } from '@geppetto/events'
import { type StopReason, type ToolCallBlock, type Turn, toErrorData, type Usage } from '@geppetto/turns'
import { SessionError } from './session-error.ts'

/** How a run ended. The turn is always there, sealed, with everything that had arrived. */
export type RunResult = CompletedRun | CancelledRun | FailedRun | WaitingRun

/** What all results have. */
export interface RunFacts {
  readonly runId: string
  readonly turn: Turn
  /** Why it stopped. */
  readonly stop: StopReason
  /** Of all provider calls of the run, failed ones too; undefined when nobody knows. */
  readonly usage: Usage | undefined
  /** What went wrong beside the run (a sink, a persister, a tool that was abandoned), and each rewrite that its requests needed. */
  readonly warnings: readonly Warning[]
}

export interface CompletedRun extends RunFacts {
  readonly status: 'completed'
}

export interface CancelledRun extends RunFacts {
  readonly status: 'cancelled'
}

export interface FailedRun extends RunFacts {
  readonly status: 'failed'
  /** What was thrown; recognise it with the `is…Error` guards. */
  readonly error: unknown
}

/** Tools run elsewhere or wait for an approval: answer them with `session.answerToolCalls`, then start again. */
export interface WaitingRun extends RunFacts {
  readonly status: 'waiting'
  readonly pending: readonly ToolCallBlock[]
}

/** Narrows to a completed run. @throws SessionError `not_completed` with the failure as its cause. */
export function assertCompleted(result: RunResult): asserts result is CompletedRun {
  if (result.status === 'completed') return
  const cause: unknown = result.status === 'failed' ? result.error : undefined
  const why = cause === undefined ? '' : `: ${toErrorData(cause).message}`
  throw new SessionError('not_completed', `run ${result.runId} is ${result.status} (${result.stop})${why}`, { cause })
}
