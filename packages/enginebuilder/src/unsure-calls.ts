import { type Context, endOf, untilAborted } from '@geppetto/context'
import { correlationFrom, hubFrom, runIdFrom, withCorrelation } from '@geppetto/events'
import type { Resumption, RunScope } from '@geppetto/session'
import { reconcileCall, type ToolRegistry } from '@geppetto/tools'
import {
  defined,
  findResultIndex,
  pendingCalls,
  sealedResult,
  type ToolCallBlock,
  type ToolResultBlock,
  type Turn,
  toErrorData,
  toolResultBlock,
} from '@geppetto/turns'
import { addResults } from './add-results.ts'
import { stopIfOver } from './stop-if-over.ts'
import type { ToolLoop } from './tool-loop.ts'

/** The calls of a step that are to be run, and the turn with results of those that are not. */
export interface DecidedCalls {
  readonly turn: Turn
  readonly calls: readonly ToolCallBlock[]
  /** The ids of those of them that an interrupted run may have run. */
  readonly mayHaveRun: ReadonlySet<string>
}

/** What is to become of an unsure call. */
type Fate =
  | { readonly kind: 'run'; readonly mayHaveRun: boolean }
  | { readonly kind: 'answered'; readonly result: ToolResultBlock }

/** An unsure call. */
interface UnsureCall {
  readonly block: ToolCallBlock
  /** Of the result that it has, and of the one that takes its place. */
  readonly resultId: string
  /** What is published on it belongs to the call. */
  readonly ctx: Context
}

/** Whether a call of the tool may do something to the world that must not be done twice: also where nobody here knows the tool. */
export function mayHaveEffects(registry: ToolRegistry, { name }: ToolCallBlock): boolean {
  const effects = registry.get(name)?.effects
  return effects !== 'none' && effects !== 'idempotent'
}

/** The calls with which a run begins: those that wait, and those that an interrupted run may have run. */
export function callsLeft(turn: Turn, resumption: Resumption | undefined): readonly ToolCallBlock[] {
  const waiting = pendingCalls(turn)
  if (resumption === undefined || resumption.unsureCalls.size === 0) return waiting
  const left = new Set([...waiting.map(({ callId }) => callId), ...resumption.unsureCalls])
  return turn.blocks.filter((block) => block.kind === 'tool-call').filter(({ callId }) => left.has(callId))
}

/**
 * Decides what becomes of the calls that an interrupted run may have run, one after the other, as a person may be asked. Where the run is
 * stopped meanwhile, the others stay as they are: unknown.
 */
export async function decideUnsureCalls(
  loop: ToolLoop,
  ctx: Context,
  input: Turn,
  waiting: readonly ToolCallBlock[],
  scope: RunScope | undefined,
): Promise<DecidedCalls> {
  const resumption = scope?.resumption
  if (scope === undefined || resumption === undefined) return { turn: input, calls: waiting, mayHaveRun: new Set() }
  let turn = input
  const mayHaveRun = new Set<string>()
  const unsure = waiting.filter(({ callId }) => resumption.unsureCalls.has(callId))
  const unsettled = new Map(unsure.map((block) => [block, unsureCallOf(ctx, input, block)]))
  const toRun = new Set(waiting.filter((block) => !unsettled.has(block)))
  const settle = ({ block, ctx: callCtx }: UnsureCall, result: ToolResultBlock): void => {
    unsettled.delete(block)
    turn = addResults(turn, [result], () => ctx.ids.next('blk'))
    scope.noteTurn(turn)
    const { name, outcome, content } = result
    const draft = { type: 'tool-execution-finished', name, outcome, content, durationMs: 0 } as const
    hubFrom(ctx)?.publish(draft, correlationFrom(callCtx))
  }
  for (const [block, call] of [...unsettled]) {
    if (endOf(ctx) !== undefined) break
    const fate = await fateOf(loop, call, scope, resumption)
    if (fate.kind === 'answered') settle(call, fate.result)
    else {
      toRun.add(block)
      if (fate.mayHaveRun) mayHaveRun.add(block.callId)
      else unsettled.delete(block)
    }
  }
  stopIfOver(ctx, turn)
  return { turn, calls: waiting.filter((block) => toRun.has(block)), mayHaveRun }
}

function unsureCallOf(ctx: Context, turn: Turn, block: ToolCallBlock): UnsureCall {
  const { callId } = block
  const resultId = turn.blocks[findResultIndex(turn.blocks, callId)]?.id ?? ctx.ids.next('blk')
  return { block, resultId, ctx: withCorrelation(ctx, { toolCallId: callId, segmentId: resultId }) }
}

async function fateOf(
  { registry, config }: ToolLoop,
  call: UnsureCall,
  scope: RunScope,
  resumption: Resumption,
): Promise<Fate> {
  const { block, resultId, ctx } = call
  if (!mayHaveEffects(registry, block)) return { kind: 'run', mayHaveRun: true }
  const finding = await reconcileCall(ctx, { call: block, registry, config, resultId })
  for (const warning of finding.warnings) scope.warn(warning)
  if (finding.state === 'ran') return { kind: 'answered', result: resultOf(call, finding) }
  if (finding.state === 'not-run') return { kind: 'run', mayHaveRun: false }
  try {
    return await askFate(call, resumption)
  } catch (error) {
    if (!ctx.signal.aborted) {
      const { callId, name } = block
      const message = `what is to become of call ${callId} of ${name} could not be decided: ${toErrorData(error).message}`
      scope.warn({ code: 'decision_failed', message })
    }
    return { kind: 'answered', result: unknownResult(call) }
  }
}

/** Rejects where the decision does, or is none, or the run is stopped. */
async function askFate(call: UnsureCall, resumption: Resumption): Promise<Fate> {
  const { block, ctx } = call
  ctx.signal.throwIfAborted()
  // In an async function, so that what it throws at once is a rejection too.
  const answer = await untilAborted(ctx.signal, (async () => resumption.decide(ctx, block))())
  switch (answer?.decision) {
    case 'run':
      return { kind: 'run', mayHaveRun: true }
    case 'tell':
      return { kind: 'answered', result: unknownResult(call) }
    case 'answer': {
      const { content, outcome = 'ok' } = answer
      const result = resultOf(call, { content, outcome })
      if (result.outcome === 'pending') throw new TypeError('an answer cannot have the outcome pending')
      return { kind: 'answered', result }
    }
    default:
      throw new TypeError('decide must return { decision: tell, run or answer }')
  }
}

function unknownResult(call: UnsureCall): ToolResultBlock {
  return resultOf(call, sealedResult(call.block, { outcomeOf: () => 'unknown' }))
}

type Result = Parameters<typeof toolResultBlock>[0]

function resultOf(
  { block, resultId, ctx }: UnsureCall,
  { outcome, content }: Pick<Result, 'outcome' | 'content'>,
): ToolResultBlock {
  const { callId, name } = block
  const fields = { id: resultId, createdAt: ctx.clock.now(), ...defined({ runId: runIdFrom(ctx) }) }
  return toolResultBlock({ callId, name, outcome, content }, fields)
}
