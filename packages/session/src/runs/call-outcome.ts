import type { Event } from '@geppetto/events'
import type { ToolCallBlock, ToolOutcome } from '@geppetto/turns'

/** What is known of the calls of a run that has ended. */
export interface CallEvidence {
  readonly events: readonly Event[]
  /** The ids of the calls that were given to an executor. */
  readonly handedOver: ReadonlySet<string>
  /** Whether the run was stopped. */
  readonly isAborted: boolean
}

/** What an event may say of a call whose result is not there. */
type ToldOutcome = Exclude<ToolOutcome, 'ok' | 'pending' | 'unknown'>

const toldOutcomes: Readonly<Record<ToldOutcome, true>> = {
  error: true,
  denied: true,
  'timed-out': true,
  cancelled: true,
  'not-run': true,
}

/**
 * Says what became of a call that has no result. Only what was never handed over was surely not run: executors that are not ours
 * need not tell of what they do.
 */
export function outcomesBy({
  events,
  handedOver,
  isAborted,
}: CallEvidence): (call: ToolCallBlock) => ToldOutcome | 'unknown' {
  const mayHaveRun = new Set<string | undefined>(handedOver)
  const told = new Map<string | undefined, ToldOutcome>()
  for (const event of events) {
    const { toolCallId } = event.correlation
    if (event.type === 'tool-execution-started') mayHaveRun.add(toolCallId)
    else if (event.type === 'tool-execution-finished' && isToldOutcome(event.outcome))
      told.set(toolCallId, event.outcome)
  }
  return ({ callId }) => told.get(callId) ?? (mayHaveRun.has(callId) ? 'unknown' : isAborted ? 'cancelled' : 'not-run')
}

function isToldOutcome(outcome: string): outcome is ToldOutcome {
  return Object.hasOwn(toldOutcomes, outcome)
}
