import { isTimeoutReason } from '@geppetto/context'
import { isEngineError, TurnShrunkError } from '@geppetto/engine'
import type { Event } from '@geppetto/events'
import {
  assertValidTurn,
  furtherState,
  isStopReason,
  pendingCalls,
  type StopReason,
  sealTurn,
  type Turn,
} from '@geppetto/turns'
import { withSeenText } from '../contract/kept-text.ts'
import { addArrived, addWhatFits, lostBlocks, recordsOf, type TurnState, withRecords } from '../contract/kept-turn.ts'
import type { Verdict } from '../contract/verdict.ts'
import { leaveCalls, type TakenUpCalls } from '../history/left-calls.ts'
import { outcomesBy } from './call-outcome.ts'

/** How the runner came to its end. */
export type RunnerEnding =
  | { readonly how: 'returned'; readonly turn: Turn }
  | { readonly how: 'threw'; readonly error: unknown }
  /** It did not listen to the abort, and nobody waits for it any more. */
  | { readonly how: 'abandoned' }

/** What a run knows when it is settled. */
export interface RunFindings {
  readonly runId: string
  readonly ending: RunnerEnding
  /** The turn as it was when the run began. */
  readonly input: Turn
  /** The newest state that a step committed: valid as it is. */
  readonly committed: TurnState
  /** The newest state that the runner told of: calls may be without results. */
  readonly reached: TurnState
  /** The run's events, deltas merged. */
  readonly events: readonly Event[]
  /** The ids of the calls that were given to an executor. */
  readonly handedOver: ReadonlySet<string>
  /** The calls that the run was to take up. */
  readonly takenUp: TakenUpCalls
  /** The reason of the abort, where there was one before the runner ended. */
  readonly aborted: { readonly reason: unknown } | undefined
  /** What the runner said of its end. */
  readonly statedStop: StopReason | undefined
  readonly nextId: () => string
  readonly now: () => number
}

/**
 * Decides how a run ended and makes the turn that is kept: sealed, with everything that any sink saw and was not rolled back.
 * Never throws: whatever a runner did, a run has an end.
 */
export function judgeRun(findings: RunFindings): Verdict {
  const { ending } = findings
  if (ending.how !== 'returned') return judgeBroken(findings, ending.how === 'threw' ? ending.error : undefined)
  try {
    return judgeReturned(findings, ending.turn)
  } catch (error) {
    return judgeBroken(findings, error)
  }
}

function judgeReturned(findings: RunFindings, returned: Turn): Verdict {
  const { input, reached, aborted, runId, events } = findings
  const made = furtherState(input, returned)
  const missing = lostBlocks(reached.turn, made)
  if (missing.length > 0) throw new TurnShrunkError('of the runner', missing)
  const whole = withRecords(withSeenText(made, input, events), events, runId)
  const turn = seal(aborted === undefined ? whole : leave(whole, findings), findings)
  assertValidTurn(turn)
  if (aborted !== undefined) return { status: 'cancelled', turn, stop: stopOfAbort(aborted.reason) }
  const pending = pendingCalls(turn)
  if (pending.length > 0) return { status: 'waiting', turn, stop: 'tool_calls', pending }
  return { status: 'completed', turn, stop: findings.statedStop ?? lastStop(turn, runId) }
}

/** The runner threw, was abandoned, or returned what cannot be kept. */
function judgeBroken(findings: RunFindings, error: unknown): Verdict {
  const { aborted } = findings
  const turn = turnToKeep(findings, error)
  if (aborted !== undefined) return { status: 'cancelled', turn, stop: stopOfAbort(aborted.reason) }
  // Stopped from inside, as by a step controller.
  if (isEngineError(error) && error.code === 'cancelled')
    return { status: 'cancelled', turn, stop: stopOfAbort(error.cause) }
  const stop = isEngineError(error) && error.code === 'timeout' ? 'deadline' : 'error'
  return { status: 'failed', turn, stop, error: error ?? new Error('the runner ended without a result') }
}

/** What had been reached and what arrived since; where that cannot be made valid, the committed turn with what fits of it. */
function turnToKeep(findings: RunFindings, error: unknown): Turn {
  const { input, reached, events, nextId, runId } = findings
  try {
    const { turn } = addArrived(reached, error, events, nextId)
    const whole = withRecords(withSeenText(turn, input, events), events, runId)
    const sealed = seal(leave(whole, findings), findings)
    assertValidTurn(sealed)
    return sealed
  } catch {
    // The runner's own failure is what the result reports.
    return salvage(findings, error)
  }
}

function salvage(findings: RunFindings, error: unknown): Turn {
  const { committed, reached, events, nextId, runId } = findings
  try {
    const fitting = addWhatFits(committed.turn, reached.turn.blocks, nextId)
    const { news } = addArrived(reached, error, events, nextId)
    const whole = withRecords(addWhatFits(fitting, news, nextId), events, runId)
    return seal(leave(whole, findings), findings)
  } catch {
    // Ids or a clock that throw: this turn was valid when it was committed.
    return leave(committed.turn, findings)
  }
}

function leave(turn: Turn, { takenUp, handedOver }: RunFindings): Turn {
  return leaveCalls(turn, takenUp, handedOver)
}

function seal(turn: Turn, findings: RunFindings): Turn {
  const { runId, nextId, now, events, handedOver, aborted } = findings
  let known: ReturnType<typeof outcomesBy> | undefined
  const outcomeOf: ReturnType<typeof outcomesBy> = (call) => {
    known ??= outcomesBy({ events, handedOver, isAborted: aborted !== undefined })
    return known(call)
  }
  return sealTurn(turn, { runId, nextId, now, outcomeOf })
}

/** A failed attempt is no reason why a run stopped that went on. */
function lastStop(turn: Turn, runId: string): StopReason {
  const completed = recordsOf(turn).findLast((record) => record.runId === runId && record.outcome === 'completed')
  return completed?.stop ?? 'end_turn'
}

/** Why a run was stopped: a timeout is a deadline, a typed reason speaks for itself, anything else was the user. */
export function stopOfAbort(reason: unknown): StopReason {
  if (isTimeoutReason(reason)) return 'deadline'
  return isStopReason(reason) ? reason : 'user'
}
