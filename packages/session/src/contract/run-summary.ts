import { defined, type ErrorData, type StopReason, toErrorData, type Usage } from '@geppetto/turns'
import type { RunResult } from './run-result.ts'
import type { Verdict } from './verdict.ts'

/** What became of a run, as data: what a store keeps of its result beside the turn. */
export interface RunSummary {
  readonly runId: string
  readonly turnId: string
  readonly status: RunResult['status']
  /** Why it stopped: `owner_lost` where the process that ran it is gone. */
  readonly stop: StopReason
  /** Of a run that failed. */
  readonly error?: ErrorData
  readonly usage?: Usage
  /** The caller's own id of the request that it was for. */
  readonly requestId?: string
}

/** What is known about a run beside its verdict. */
interface RunFacts {
  readonly runId: string
  readonly usage: Usage | undefined
  readonly requestId: string | undefined
}

export function summarize({ status, stop, turn, ...verdict }: Verdict, facts: RunFacts): RunSummary {
  const error = 'error' in verdict ? toErrorData(verdict.error) : undefined
  const { runId, usage, requestId } = facts
  return { runId, turnId: turn.id, status, stop, ...defined({ error, usage, requestId }) }
}
