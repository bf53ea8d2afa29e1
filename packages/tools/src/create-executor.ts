import { type Context, withCancel } from '@geppetto/context'
import { correlationFrom, hubFrom, runIdFrom } from '@geppetto/events'
import { defined, type ToolCallBlock, toolResultBlock } from '@geppetto/turns'
import { type CallEnd, failed } from './call-end.ts'
import { checkAgain, checkCall } from './check-call.ts'
import { checkHooks } from './check-hooks.ts'
import type { ToolExecution, ToolExecutionRequest, ToolExecutor, ToolHooks } from './executor.ts'
import type { ToolRegistry } from './registry.ts'
import { type CheckedCall, runCall } from './run-call.ts'
import { Slots } from './slots.ts'
import { beforeStart, notStarted, type Step, truthOf } from './step.ts'
import { assertToolConfig, executionLimits } from './tool-config.ts'
import { withToolCall } from './tool-context.ts'
import { isToolError, ToolError } from './tool-error.ts'

/** What {@link createToolExecutor} takes. */
export interface ToolExecutorOptions {
  readonly hooks?: ToolHooks
}

/**
 * Makes the executor: checks the calls of a step, asks for them, runs them side by side and says what became of each.
 * @throws ToolError `invalid_config` for a hook that is none.
 */
export function createToolExecutor(options: ToolExecutorOptions = {}): ToolExecutor {
  checkHooks(options)
  const hooks = options.hooks ?? {}
  return Object.freeze({
    recordsStarts: true as const,
    execute: (ctx: Context, request: ToolExecutionRequest) => executeStep(ctx, request, hooks),
  })
}

async function executeStep(ctx: Context, request: ToolExecutionRequest, hooks: ToolHooks): Promise<ToolExecution> {
  assertToolConfig(request.config)
  const { calls, registry, recordStart, mayHaveRun = new Set() } = request
  const limits = executionLimits(request.config)
  const { ctx: stepCtx, cancel, release } = withCancel(ctx)
  let error: unknown
  const fail = (failure: unknown): void => {
    // A failure after an abort did not end the step: the abort did.
    if (stepCtx.signal.aborted) return
    error = failure
    cancel(failure)
  }
  const settle = (end: CallEnd): CallEnd => {
    if (end.error !== undefined && limits.errorHandling === 'abort') fail(end.error)
    return end
  }
  const step: Step = {
    ctx: stepCtx,
    runSignal: ctx.signal,
    limits,
    hooks,
    questions: new Slots(1),
    places: new Slots(limits.maxParallel),
    started: new Set(),
    warnings: [],
    recordStart,
    mayHaveRun,
    fail,
    settle,
  }
  try {
    // All are checked before one is run: where a failure ends the step, wrong arguments end it before it has had an effect.
    const checked = await Promise.all(
      calls.map(async (block, index) => {
        const isRepeated = calls.findIndex(({ callId }) => callId === block.callId) < index
        // Ids are given in the order of the calls, so that they do not depend on which call is faster.
        const resultId = ctx.ids.next('blk')
        const checked = isRepeated ? failed(repeated(block)) : await check(step, block, registry)
        return { block, resultId, isRepeated, check: checked }
      }),
    )
    for (const { check } of checked) if ('outcome' in check) settle(check)
    const ends = await Promise.all(
      checked.map(async ({ block, resultId, isRepeated, check }) => {
        const ownEnd = 'outcome' in check ? check : await runCall(step, block, check, resultId)
        const end = step.started.has(block.callId) ? ownEnd : truthOf(step, block, ownEnd)
        // What has the id of another call is not told of: the id's one result is the other's.
        if (end.outcome !== 'pending' && !isRepeated) publishUnstarted(step, block, end, resultId)
        return { block, resultId, end, createdAt: ctx.clock.now() }
      }),
    )
    const results = ends.map(({ block, resultId, end: ownEnd, createdAt }) => {
      // A run that was stopped does not wait, so nobody would ever answer the call.
      const end = ownEnd.outcome === 'pending' && stepCtx.signal.aborted ? notStarted(step, block) : ownEnd
      // Only now it is certain whether it waits.
      if (ownEnd.outcome === 'pending') publishUnstarted(step, block, end, resultId)
      const { outcome, content } = end
      const fields = { id: resultId, createdAt, ...defined({ runId: runIdFrom(ctx) }) }
      return toolResultBlock({ callId: block.callId, name: block.name, outcome, content }, fields)
    })
    const warnings = step.warnings.length === 0 ? undefined : step.warnings
    return { results, ...defined({ error, warnings }) }
  } catch (failure) {
    // Nobody waits for the other calls any more.
    cancel(failure)
    throw failure
  } finally {
    release()
  }
}

/** Tells what became of a call that was never started, so that whoever has only the events knows each result. */
function publishUnstarted(step: Step, block: ToolCallBlock, end: CallEnd, resultId: string): void {
  const { callId, name } = block
  if (step.started.has(callId)) return
  const { outcome, content } = end
  const ctx = withToolCall(step.ctx, block, resultId)
  const draft = { type: 'tool-execution-finished', name, outcome, content, durationMs: 0 } as const
  hubFrom(ctx)?.publish(draft, correlationFrom(ctx))
}

async function check(step: Step, block: ToolCallBlock, registry: ToolRegistry): Promise<CheckedCall | CallEnd> {
  const { authorize, beforeExecution, maskInput, shouldRetry } = step.hooks
  const hasHooks = [authorize, beforeExecution, maskInput, shouldRetry].some((hook) => hook !== undefined)
  const checked = await beforeStart(step, block, 'the check of the arguments', async () => {
    const call = await checkCall(block, registry)
    const shown = hasHooks && !isToolError(call) ? await checkAgain(call) : call
    return isToolError(call) ? call : isToolError(shown) ? shown : { call, shown }
  })
  if ('end' in checked) return checked.end
  return isToolError(checked.value) ? failed(checked.value) : checked.value
}

function repeated({ callId, name }: ToolCallBlock): ToolError {
  return new ToolError('duplicate_call', `Not run: another call of this step has the id ${callId} too.`, {
    toolName: name,
    callId,
  })
}
