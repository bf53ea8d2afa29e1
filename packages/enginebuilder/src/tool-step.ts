import { type Context, untilAborted } from '@geppetto/context'
import { runIdFrom } from '@geppetto/events'
import type { RunScope } from '@geppetto/session'
import { defined, sealedResult, type ToolCallBlock, type Turn } from '@geppetto/turns'
import { addResults } from './add-results.ts'
import { checkResults } from './check-results.ts'
import { cancelled, stopIfOver } from './stop-if-over.ts'
import type { ToolLoop } from './tool-loop.ts'
import { type DecidedCalls, mayHaveEffects } from './unsure-calls.ts'

/** The turn with the results of the calls that are to be run; `waiting` are those of them that have one already, and wait. */
export async function runTools(
  loop: ToolLoop,
  ctx: Context,
  { turn, calls, mayHaveRun }: DecidedCalls,
  scope: RunScope | undefined,
  waiting: readonly ToolCallBlock[],
): Promise<Turn> {
  if (calls.length === 0) return turn
  stopIfOver(ctx, turn)
  scope?.assertOwner()
  const { executor, registry, config } = loop
  const request = { calls, registry, config, mayHaveRun }
  const recordsItself = executor.recordsStarts === true
  if (!recordsItself) await recordStarts(loop, ctx, turn, calls, scope)
  scope?.noteHandedOver(calls)
  const open = handOver(ctx, turn, waiting, scope)
  const recordStart = recordsItself ? scope?.recordStart.bind(scope) : undefined
  const execution = await executor.execute(ctx, { ...request, ...defined({ recordStart }) })
  const { error, warnings = [] } = execution ?? {}
  for (const warning of warnings) scope?.warn(warning)
  const { results, problem } = checkResults(executor, calls, execution, error)
  const answered = addResults(open, results, () => ctx.ids.next('blk'))
  if (ctx.signal.aborted) throw cancelled(ctx.signal.reason, answered)
  if (problem !== undefined) {
    scope?.noteTurn(answered)
    throw problem
  }
  if (error !== undefined) {
    await scope?.commitStep(answered)
    throw error
  }
  return answered
}

/**
 * The turn as it is from here on, when calls may run: those that waited must not wait any more should the run end without a word, or they would
 * be run again.
 */
function handOver(ctx: Context, turn: Turn, waiting: readonly ToolCallBlock[], scope: RunScope | undefined): Turn {
  if (waiting.length === 0) return turn
  const fields = { now: () => ctx.clock.now(), ...defined({ runId: runIdFrom(ctx) }) }
  const unknown = waiting.map((call) => sealedResult(call, fields))
  const open = addResults(turn, unknown, () => ctx.ids.next('blk'))
  scope?.noteTurn(open)
  return open
}

/** An executor that does not say that it records what it starts may start everything at once. */
async function recordStarts(
  { registry }: ToolLoop,
  ctx: Context,
  turn: Turn,
  calls: readonly ToolCallBlock[],
  scope: RunScope | undefined,
): Promise<void> {
  if (scope === undefined) return
  for (const call of calls) {
    if (!mayHaveEffects(registry, call)) continue
    try {
      await untilAborted(ctx.signal, scope.recordStart(call))
    } catch (error) {
      throw ctx.signal.aborted ? cancelled(ctx.signal.reason, turn) : error
    }
  }
  stopIfOver(ctx, turn)
}
