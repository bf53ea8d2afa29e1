import { type Context, untilAborted } from '@geppetto/context'
import { correlationFrom, hubFrom, withHub } from '@geppetto/events'
import { findNonJson, type JsonValue, type ToolCallBlock } from '@geppetto/turns'
import { type CallEnd, failed, unanswered } from './call-end.ts'
import type { ToolCall } from './executor.ts'
import { runAttempts } from './run-attempts.ts'
import { beforeStart, hookFailed, notStarted, type Step } from './step.ts'
import { withToolCall } from './tool-context.ts'

/** A call whose arguments fit. */
export interface CheckedCall {
  /** What is executed: nobody else has had its arguments. */
  readonly call: ToolCall
  /** What hooks are shown: the same with arguments of its own, so that nothing that a hook does to them reaches the tool. */
  readonly shown: ToolCall
}

/** The life of one checked call: asked for, waited for its place, started, finished. Never rejects. */
export async function runCall(
  step: Step,
  block: ToolCallBlock,
  checked: CheckedCall,
  resultId: string,
): Promise<CallEnd> {
  const { call, shown } = checked
  const ctx = withToolCall(step.ctx, block, resultId)
  const refusal = await step.questions.run(() => authorize(step, ctx, block, shown))
  if (refusal !== undefined) return refusal
  if (call.tool.execute === undefined) return unanswered(block, 'pending')
  return step.places.run(async () => step.settle(await startCall(step, ctx, block, checked)))
}

/** How the call ended because it was not allowed; undefined when it was. */
async function authorize(step: Step, ctx: Context, block: ToolCallBlock, call: ToolCall): Promise<CallEnd | undefined> {
  const ask = step.hooks.authorize
  if (ask === undefined) return undefined
  const asked = await beforeStart(step, block, 'authorization', () => ask.call(step.hooks, ctx, call))
  if ('end' in asked) return asked.end
  const answer = asked.value
  switch (answer?.decision) {
    case 'allow':
      return undefined
    case 'wait':
      return unanswered(block, 'pending')
    case 'deny': {
      const content = [{ type: 'text', text: `Not run: the call was denied: ${answer.reason}` }] as const
      return { outcome: 'denied', content }
    }
    default: {
      const cause = new TypeError('authorize must return { decision: allow, deny or wait }')
      return step.settle(failed(hookFailed(block, 'Not run: authorization failed', cause)))
    }
  }
}

async function startCall(step: Step, ctx: Context, block: ToolCallBlock, checked: CheckedCall): Promise<CallEnd> {
  const { call, shown } = checked
  const prepare = step.hooks.beforeExecution
  if (prepare !== undefined) {
    const prepared = await beforeStart(step, block, 'the preparation of the call', () =>
      prepare.call(step.hooks, ctx, shown),
    )
    if ('end' in prepared) return prepared.end
  }
  const input = shownInput(step, shown)
  const isRecorded = call.tool.effects !== 'side-effecting' || (await recordStart(step, block))
  if (!isRecorded || ctx.signal.aborted) return notStarted(step, block)
  const { name } = call.tool
  const { clock } = ctx
  // A hub of the call's own, so that a tool that goes on after its end reaches nobody.
  const callHub = hubFrom(ctx)
  const hub = callHub?.extend([])
  const startedAt = clock.now()
  // Two events per call: not worth waiting for a slow sink while the tool's time runs.
  step.started.add(call.callId)
  callHub?.publish({ type: 'tool-execution-started', name, input }, correlationFrom(ctx))
  const end = await runAttempts(step, hub === undefined ? ctx : withHub(ctx, hub), block, checked)
  hub?.silence()
  const { outcome, content } = end
  const durationMs = clock.now() - startedAt
  callHub?.publish({ type: 'tool-execution-finished', name, outcome, content, durationMs }, correlationFrom(ctx))
  return end
}

/** Whether it is known from here on, for whoever comes after a crash, that the call may have run. Where it cannot be, the step ends. */
async function recordStart(step: Step, block: ToolCallBlock): Promise<boolean> {
  const { signal } = step.ctx
  if (step.recordStart === undefined) return true
  if (signal.aborted) return false
  try {
    // In an async function, so that what it throws at once is a rejection too.
    await untilAborted(signal, (async () => step.recordStart?.(block))())
    return true
  } catch (error) {
    step.fail(error)
    return false
  }
}

const maskingFailed = '[masking failed]'

function shownInput({ hooks }: Step, call: ToolCall): JsonValue {
  if (hooks.maskInput === undefined) return call.rawInput
  try {
    const masked: JsonValue | undefined = hooks.maskInput(call)
    return masked === undefined || findNonJson(masked, 'input') !== undefined ? maskingFailed : masked
  } catch {
    // Not the call's fault; what matters is that nothing unmasked is shown.
    return maskingFailed
  }
}
