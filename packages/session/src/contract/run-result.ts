import type { Warning } from '@geppetto/events'
import { type StopReason, type ToolCallBlock, type Turn, toErrorData, type Usage } from '@geppetto/turns'
import { recordsOf } from './kept-turn.ts'
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
  const facts = result.status === 'failed' ? { cause: result.error } : {}
  throw new SessionError('not_completed', whyNotCompleted(result), facts)
}

function whyNotCompleted(result: Exclude<RunResult, CompletedRun>): string {
  const { runId, stop, status } = result
  if (status === 'failed') {
    const attempts = countLastAttempts(result)
    const tries = attempts > 1 ? `, in ${attempts} attempts` : ''
    return `${toErrorData(result.error).message} (run ${runId} failed${tries})`
  }
  if (status === 'cancelled') return `the run was cancelled: ${stop} (run ${runId})`
  const names = result.pending.map(({ name }) => name).join(', ')
  return `the run waits for ${names}: answer with session.answerToolCalls, and start again (run ${runId})`
}

/** How often the run's last provider call was made. */
function countLastAttempts({ turn, runId }: RunFacts): number {
  const records = recordsOf(turn).filter((record) => record.runId === runId)
  return records.length - 1 - records.findLastIndex(({ outcome }) => outcome === 'completed')
}
