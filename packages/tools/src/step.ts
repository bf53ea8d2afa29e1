import { type Context, untilAborted } from '@geppetto/context'
import type { Warning } from '@geppetto/events'
import { type ToolCallBlock, toErrorData } from '@geppetto/turns'
import { type CallEnd, failed, mayHaveRunBefore, unanswered } from './call-end.ts'
import type { ToolExecutionRequest, ToolHooks } from './executor.ts'
import type { Slots } from './slots.ts'
import type { ExecutionLimits } from './tool-config.ts'
import { ToolError } from './tool-error.ts'

/** What the calls of one step share. */
export interface Step {
  /** Aborts with the run, and before it where a failure ends the step. */
  readonly ctx: Context
  /** The run's own signal. */
  readonly runSignal: AbortSignal
  readonly limits: ExecutionLimits
  readonly hooks: ToolHooks
  /** One place: people are asked one thing at a time. */
  readonly questions: Slots
  /** As many places as calls may run at the same time. */
  readonly places: Slots
  /** The ids of the calls whose start was published. */
  readonly started: Set<string>
  /** What is reported beside the results. */
  readonly warnings: Warning[]
  readonly recordStart: ToolExecutionRequest['recordStart']
  /** The ids of the calls that an earlier run may have run. */
  readonly mayHaveRun: ReadonlySet<string>
  /** Ends the step with that error, unless it has ended. */
  readonly fail: (error: unknown) => void
  /** Ends the step where a failed call does. To be called before the call gives up its place, or else the next one starts. Returns what it got. */
  readonly settle: (end: CallEnd) => CallEnd
}

/** A call that the end of the run or of the step overtook before it was started. */
export function notStarted(step: Step, block: ToolCallBlock): CallEnd {
  return truthOf(step, block, unanswered(block, step.runSignal.aborted ? 'cancelled' : 'not-run'))
}

/** What is said of a call that was not run now: nothing is known of an earlier run that may have run it. */
export function truthOf(step: Step, { callId }: ToolCallBlock, end: CallEnd): CallEnd {
  const isSure = !step.mayHaveRun.has(callId) || end.outcome === 'pending' || end.outcome === 'unknown'
  return isSure ? end : mayHaveRunBefore(end)
}

/**
 * Does something before the call is started: what it returns, or how the call ended because it threw or was overtaken by an abort.
 * Does not begin after an abort, and does not wait for its end then.
 */
export async function beforeStart<T>(
  step: Step,
  block: ToolCallBlock,
  what: string,
  work: () => T | Promise<T>,
): Promise<{ readonly value: T } | { readonly end: CallEnd }> {
  const { signal } = step.ctx
  if (signal.aborted) return { end: notStarted(step, block) }
  try {
    // In an async function, so that what it throws at once is a rejection too.
    return { value: await untilAborted(signal, (async () => work())()) }
  } catch (cause) {
    if (signal.aborted) return { end: notStarted(step, block) }
    return { end: step.settle(failed(hookFailed(block, `Not run: ${what} failed`, cause))) }
  }
}

/** The error of a call whose hook threw. `what` says what that means for the call. */
export function hookFailed({ callId, name }: ToolCallBlock, what: string, cause: unknown): ToolError {
  return new ToolError('hook_failed', `${what}: ${toErrorData(cause).message}`, { toolName: name, callId, cause })
}
