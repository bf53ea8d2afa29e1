import { type Context, untilAborted } from '@geppetto/context'
import { type RunInference, TurnShrunkError, withCallCheck } from '@geppetto/engine'
import { runIdFrom } from '@geppetto/events'
import type { RunScope, Snapshot, SnapshotPhase } from '@geppetto/session'
import type { ToolConfig, ToolExecutor, ToolRegistry } from '@geppetto/tools'
import {
  assertValidTurn,
  defined,
  missingBlocks,
  pendingCalls,
  providerCalls,
  sealTurn,
  type ToolCallBlock,
  type ToolChoice,
  type Turn,
  toErrorData,
  toolChoiceKey,
  toolDefinitionsKey,
  unansweredCalls,
  withData,
  withoutData,
} from '@geppetto/turns'
import type { SnapshotHook } from './snapshot.ts'
import type { PausePhase, StepController } from './step-controller.ts'
import { stopIfOver } from './stop-if-over.ts'
import { runTools } from './tool-step.ts'
import { callsLeft, type DecidedCalls, decideUnsureCalls } from './unsure-calls.ts'

/** What the loop works with. */
export interface ToolLoop {
  readonly registry: ToolRegistry
  readonly config: ToolConfig
  readonly executor: ToolExecutor
  readonly maxIterations: number
  readonly snapshotHook: SnapshotHook | undefined
  readonly stepController: StepController | undefined
}

/**
 * Calls the provider, runs the tools that it asks for, and again, until it asks for none. That there are tool calls decides, never a
 * provider's word for why it stopped. A step is committed when it is done.
 */
export async function runToolLoop(
  loop: ToolLoop,
  callProvider: RunInference,
  ctx: Context,
  input: Turn,
  scope: RunScope | undefined,
): Promise<Turn> {
  let iteration = 0
  const snapshot = (phase: SnapshotPhase, turn: Turn): Promise<void> | undefined => {
    if (ctx.signal.aborted) return undefined
    const taken = { phase, iteration, turn, isOpen: unansweredCalls(turn).length > 0 }
    scope?.noteSnapshot(taken)
    return loop.snapshotHook && show(loop.snapshotHook, taken)
  }
  const show = async (snapshotHook: SnapshotHook, taken: Snapshot): Promise<void> => {
    const looking = (async () => snapshotHook(ctx, taken))()
    try {
      await untilAborted(ctx.signal, looking)
    } catch (error) {
      if (ctx.signal.aborted) return
      const message = `the snapshot hook failed at ${taken.phase}: ${toErrorData(error).message}`
      scope?.warn({ code: 'snapshot_hook_failed', message })
    }
  }
  const pause = async (phase: PausePhase, turn: Turn): Promise<void> => {
    const { stepController } = loop
    if (stepController !== undefined) await stepController.pause(ctx, { phase, iteration, turn })
    stopIfOver(ctx, turn)
  }
  /** The turn with the calls' results, committed; where some wait, it is the settlement that commits. */
  const finishStep = async (open: Turn, calls: readonly ToolCallBlock[]): Promise<Turn> => {
    const decided = await decideUnsureCalls(loop, ctx, open, calls, scope)
    // Asked of the turn only where a run begins with calls: behind a provider call none waits.
    const waiting = iteration > 0 ? [] : waitingAmong(decided)
    const answered = await runTools(loop, ctx, decided, scope, waiting)
    await snapshot('post_tools', answered)
    if (pendingCalls(answered).length === 0) await scope?.commitStep(answered)
    return answered
  }

  // In front of each call that reaches a provider: middlewares may wait, and call again.
  const checkedCtx = scope === undefined ? ctx : withCallCheck(ctx, () => scope.assertOwner())
  let turn = input
  // Calls that an earlier run left waiting come first: their answers are part of what the provider is asked.
  const waiting = callsLeft(input, scope?.resumption)
  if (waiting.length > 0) turn = await finishStep(turn, waiting)
  while (pendingCalls(turn).length === 0) {
    iteration++
    turn = offerTools(loop, turn, iteration)
    await snapshot('pre_inference', turn)
    stopIfOver(ctx, turn)
    const asked = turn
    turn = await callProvider(checkedCtx, asked)
    scope?.noteTurn(turn)
    assertKeepable(asked, turn)
    await snapshot('post_inference', turn)
    const calls = unansweredCalls(turn)
    const isPaused = calls.length === 0 && lastStop(ctx, turn) === 'pause_turn'
    if (calls.length === 0 && !isPaused) break
    if (iteration >= loop.maxIterations) {
      turn = leaveCalls(ctx, turn)
      scope?.endWith('max_iterations')
      break
    }
    await pause('after_inference', turn)
    if (calls.length > 0) await scope?.commitCalls(turn)
    turn = await finishStep(turn, calls)
    if (pendingCalls(turn).length === 0) await pause('after_tools', turn)
  }
  await snapshot('final', turn)
  return turn
}

/** No tool may run for a turn that cannot be kept: what it did would be lost. @throws TurnShrunkError; TurnError `invalid_turn` */
function assertKeepable(asked: Turn, turn: Turn): void {
  const missing = missingBlocks(asked, turn)
  if (missing.length > 0) throw new TurnShrunkError('or engine', missing)
  assertValidTurn(turn, { open: true })
}

function waitingAmong({ turn, calls }: DecidedCalls): readonly ToolCallBlock[] {
  const waiting = new Set(pendingCalls(turn))
  return calls.filter((call) => waiting.has(call))
}

/** The turn with its last calls answered as not run. */
function leaveCalls(ctx: Context, turn: Turn): Turn {
  return sealTurn(turn, {
    outcomeOf: () => 'not-run',
    nextId: () => ctx.ids.next('blk'),
    now: () => ctx.clock.now(),
    ...defined({ runId: runIdFrom(ctx) }),
  })
}

/** The turn with the tools that are offered, and the choice: a forced one holds for the first call only, or the model could never answer. */
export function offerTools(loop: Pick<ToolLoop, 'registry' | 'config'>, turn: Turn, iteration: number): Turn {
  const { choice = 'auto' } = loop.config
  if (loop.registry.tools.length === 0) return withoutData(withoutData(turn, toolDefinitionsKey), toolChoiceKey)
  const isForced = choice !== 'auto' && choice !== 'none'
  const chosen: ToolChoice = isForced && iteration > 1 ? 'auto' : choice
  const isOffered = toolDefinitionsKey.read(turn.data) === loop.registry.definitions
  const offered = isOffered ? turn : withData(turn, toolDefinitionsKey, loop.registry.definitions)
  return withData(offered, toolChoiceKey, chosen)
}

function lastStop(ctx: Context, turn: Turn): string | undefined {
  const runId = runIdFrom(ctx)
  return providerCalls(turn).findLast((record) => record.runId === runId && record.outcome === 'completed')?.stop
}
