import type { Context } from '@geppetto/context'
import { quote, sealedResult, type ToolCallBlock, type ToolResultBlock, type Turn, withBlocks } from '@geppetto/turns'
import type { Resumption, UnsureCallDecision } from '../contract/builder.ts'
import { SessionError } from '../contract/session-error.ts'
import type { InferenceOptions } from '../contract/start-options.ts'
import { isDismissed, unansweredFrom, wasNeverStarted } from '../history/dismissed-calls.ts'
import type { TakenUpCalls } from '../history/left-calls.ts'

/** Decides on one call of which nobody knows whether it ran. */
export type DecideUnsureCall = (
  ctx: Context,
  call: ToolCallBlock,
) => 'tell' | 'run' | UnsureCallDecision | Promise<'tell' | 'run' | UnsureCallDecision>

/** What a caller may say about the resumption of a run. */
export interface ResumeOptions extends InferenceOptions {
  /**
   * What becomes of calls with side effects that may have run, and whose tool cannot say (`reconcile`). `tell` (default): the model is told that
   * nobody knows; `run`: they are run again, whatever they did; a function, which may ask a person, decides on each.
   */
  readonly unsureCalls?: 'tell' | 'run' | DecideUnsureCall
}

/** What a run goes on with where another stopped. */
export interface ResumedTurn {
  /** Calls that were never started wait again: for this run alone, not for whoever finds the turn. */
  readonly turn: Turn
  readonly takenUp: TakenUpCalls
  readonly unsureCalls: ReadonlySet<string>
}

/** The turn with which a run goes on where another stopped. */
export function turnToResume(turn: Turn): ResumedTurn {
  const unsureCalls = new Set<string>()
  const takenUp = new Map<string, ToolResultBlock>()
  const { blocks } = turn
  const start = unansweredFrom(turn)
  const calls = new Map<string, ToolCallBlock>()
  for (const block of blocks) if (block.kind === 'tool-call') calls.set(block.callId, block)
  const last = blocks.slice(start).map((block) => {
    const call = block.kind === 'tool-result' ? calls.get(block.callId) : undefined
    if (block.kind !== 'tool-result' || call?.input.state !== 'parsed') return block
    if (block.outcome === 'unknown' && !isDismissed(block)) unsureCalls.add(block.callId)
    if (!wasNeverStarted(block)) return block
    takenUp.set(block.callId, block)
    return waiting(call, block)
  })
  return { turn: withBlocks(turn, [...blocks.slice(0, start), ...last]), takenUp, unsureCalls }
}

function waiting(call: ToolCallBlock, { id, createdAt }: ToolResultBlock): ToolResultBlock {
  return sealedResult(call, { outcomeOf: () => 'pending', nextId: () => id, now: () => createdAt })
}

/** What the runner is told of a run that it takes up. @throws SessionError `invalid_options` */
export function resumptionOf(
  unsureCalls: ReadonlySet<string>,
  { unsureCalls: decide = 'tell' }: ResumeOptions,
): Resumption {
  if (decide !== 'tell' && decide !== 'run' && typeof decide !== 'function')
    throw new SessionError('invalid_options', `unsureCalls must be tell, run or a function, not ${quote(decide)}`, {
      field: 'unsureCalls',
    })
  return {
    unsureCalls,
    async decide(ctx, call) {
      const decision = typeof decide === 'function' ? await decide(ctx, call) : decide
      if (decision === 'tell' || decision === 'run') return { decision }
      if (typeof decision === 'object' && isDecision(decision.decision)) return decision
      throw new SessionError(
        'invalid_options',
        `unsureCalls must decide tell, run or { decision: 'answer', content }, not ${quote(decision)}`,
        { field: 'unsureCalls' },
      )
    },
  }
}

function isDecision(value: unknown): boolean {
  return value === 'tell' || value === 'run' || value === 'answer'
}
