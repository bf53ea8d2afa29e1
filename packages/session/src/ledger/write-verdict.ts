import { type Clock, type Context, withCancel, withoutCancel } from '@geppetto/context'
import type { Event, Warning } from '@geppetto/events'
import { defined, type StopReason, type Turn, toErrorData, type Usage } from '@geppetto/turns'
import type { TurnPersister } from '../contract/builder.ts'
import type { Graces } from '../contract/graces.ts'
import type { RunRequest } from '../contract/run-request.ts'
import { summarize } from '../contract/run-summary.ts'
import { SessionError } from '../contract/session-error.ts'
import type { Verdict } from '../contract/verdict.ts'
import type { RunRecord } from '../records/run-record.ts'
import { type Failure, failureWithin } from '../waiting/failure-within.ts'
import type { StoreClaim } from './store-claim.ts'

/** What settlement writes to the store. */
export interface Settlement {
  readonly runId: string
  /** Said again here: the beginning of a run may not have reached the store. */
  readonly request: Partial<RunRequest>
  readonly verdict: Verdict
  readonly usage: Usage | undefined
  /** Whether a prompt waits for the end of this run: asked right before it is written. */
  readonly isAwaited: () => boolean
  /** Makes the last event of a run that ended so. */
  readonly makeLast: (verdict: Verdict) => Event
}

/**
 * Writes the end of the run to the store and gives the lease back, in one step. Where the turn cannot be written, the run has failed, and its result
 * still has the turn; where the lease cannot be given back, that is a warning.
 */
export async function commitVerdict(
  claim: Pick<StoreClaim, 'epoch' | 'settle' | 'warning' | 'leave' | 'end'>,
  settlement: Settlement,
  clock: Clock,
  graces: Graces,
): Promise<{ readonly verdict: Verdict; readonly last: Event; readonly warnings: readonly Warning[] }> {
  const { verdict, makeLast, isAwaited } = settlement
  const settledAt = clock.now()
  const recordOf = (ended: Verdict, { seq }: Event) =>
    settledRecord({ ...settlement, verdict: ended }, { settledAt, epoch: claim.epoch, seq })
  const last = makeLast(verdict)
  const record = recordOf(verdict, last)
  const notWritten = await failureWithin(clock, graces.storeMs, () => claim.settle([record], [last], isAwaited))
  const ending = claim.end()
  // A store that did not answer is not waited for a second time, and where it has written, nothing is left to be given back.
  if (notWritten?.isTimeout !== false) ending.catch(ignoreLateOutcome)
  const notReleased =
    notWritten?.isTimeout === false ? await failureWithin(clock, graces.storeMs, () => ending) : notWritten
  const message = `the lease was not given back: ${toErrorData(notReleased?.error).message}`
  const warnings: Warning[] = claim.warning === undefined ? [] : [claim.warning]
  if (notReleased !== undefined) warnings.push({ code: 'store_failed', message })
  if (notWritten === undefined) return { verdict, last, warnings }
  const failed = failedToWrite(verdict, notWritten)
  // What everybody is told instead. The store gets it with the next run, so that nobody there takes this one for one that goes on.
  const told = makeLast(failed)
  claim.leave([recordOf(failed, told)], [told])
  return { verdict: failed, last: told, warnings }
}

/** What the store keeps of the end of a run, whose last event has that place. */
export function settledRecord(
  { runId, request: { requestId, promptDigest }, verdict, usage }: Omit<Settlement, 'makeLast' | 'isAwaited'>,
  place: { readonly settledAt: number; readonly epoch: number; readonly seq: number },
): RunRecord {
  return {
    type: 'run-settled',
    ...summarize(verdict, { runId, usage, requestId }),
    ...defined({ promptDigest }),
    ...place,
  }
}

/** A failure that the run met first is the one to report; that somebody stopped it stays true. */
function failedToWrite(verdict: Verdict, failure: Failure): Verdict {
  if (verdict.status === 'failed') return verdict
  const stop: StopReason = verdict.status === 'cancelled' ? verdict.stop : 'error'
  const error = failure.isTimeout
    ? new SessionError('store_failed', 'the session store did not answer: the turn is in this session object alone', {
        cause: failure.error,
      })
    : failure.error
  return { status: 'failed', turn: verdict.turn, stop, error }
}

/** The result has said that the store did not answer in time. */
function ignoreLateOutcome(): void {}

/** Hands the sealed turn to the persister. What goes wrong is a warning. */
export async function persist(
  persister: TurnPersister,
  ctx: Context,
  turn: Turn,
  graces: Graces,
): Promise<readonly Warning[]> {
  // Also the turn of a run that was cancelled is persisted: with a signal that aborts only when the persister's own time is up.
  const own = withCancel(withoutCancel(ctx))
  const failure = await failureWithin(ctx.clock, graces.persisterMs, () => persister.persistTurn(own.ctx, turn))
  own.cancel('deadline')
  if (failure === undefined) return []
  return [{ code: 'persister_failed', message: `the persister failed: ${toErrorData(failure.error).message}` }]
}
