import { type Context, sleep } from '@geppetto/context'
import { publish } from '@geppetto/events'
import { type ContentPart, type ToolCallBlock, textPart, toErrorData } from '@geppetto/turns'
import { tellAbandoned } from './abandoned.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import { type CallEnd, failed, unanswered } from './call-end.ts'
import { checkAgain } from './check-call.ts'
import type { ToolCall } from './executor.ts'
import type { CheckedCall } from './run-call.ts'
import { beforeStart, hookFailed, notStarted, type Step } from './step.ts'
import { isToolError, ToolError } from './tool-error.ts'
import { outputToContent } from './tool-output.ts'

/** Executes a call until it succeeds, or nothing more may be tried. Never rejects. */
export async function runAttempts(
  step: Step,
  ctx: Context,
  block: ToolCallBlock,
  checked: CheckedCall,
): Promise<CallEnd> {
  const { limits, hooks } = step
  let { call } = checked
  const timeoutMs = call.tool.timeoutMs ?? limits.timeoutMs
  const times = { timeoutMs, graceMs: limits.abortGraceMs }
  const mayRetry = limits.errorHandling === 'retry' && call.tool.effects !== 'side-effecting'
  const attempts = mayRetry ? 1 + limits.retries.max : 1
  // Whoever heard that the call starts may have stopped the run because of it.
  if (ctx.signal.aborted) return notStarted(step, block)
  for (let attempt = 1; ; attempt++) {
    // Output is read inside the attempt, because its schema too may take its time, or never answer.
    const attempted = await runAttempt(ctx, times, async (limited) =>
      outputToContent(await call.tool.execute?.(call.input, limited), call),
    )
    if (attempted.kind === 'stopped' && attempted.isAbandoned) step.warnings.push(tellAbandoned(ctx, call.tool.name))
    const end = toCallEnd(attempted, block, call, timeoutMs)
    if (attempt >= attempts || end.error === undefined || !mayFollow(attempted)) return end
    try {
      if (hooks.shouldRetry?.(checked.shown, end.error.cause ?? end.error, attempt) === false) return end
    } catch (cause) {
      return failed(hookFailed(block, `${end.error.message} Whether to try again could not be decided`, cause))
    }
    const delayMs = limits.retries.backoffMs * 2 ** (attempt - 1)
    const message = `attempt ${attempt + 1} of ${attempts} in ${delayMs} ms: ${end.error.message}`
    publish(ctx, { type: 'tool-execution-progress', message })
    if (!(await isFreeAfter(ctx, delayMs))) return end
    // The last attempt may have changed its arguments.
    const again = await beforeStart(step, block, 'the check of the arguments', () => checkAgain(checked.call))
    if ('end' in again) return end
    if (isToolError(again.value)) return failed(again.value)
    call = again.value
  }
}

/** Whether another attempt may follow: never beside one that goes on somewhere, and what did return would return the same again. */
function mayFollow(attempted: AttemptEnd<unknown>): boolean {
  return attempted.kind === 'threw' || (attempted.kind === 'stopped' && !attempted.isAbandoned)
}

/** Waits; false when the run ended meanwhile. */
async function isFreeAfter(ctx: Context, delayMs: number): Promise<boolean> {
  try {
    await sleep(ctx, delayMs)
  } catch {
    // sleep rejects for an abort only; the last attempt's end then stands.
    return false
  }
  return !ctx.signal.aborted
}

function toCallEnd(
  attempted: AttemptEnd<readonly ContentPart[] | ToolError>,
  block: ToolCallBlock,
  call: ToolCall,
  timeoutMs: number,
): CallEnd {
  const { callId, tool } = call
  const facts = { callId, toolName: tool.name }
  switch (attempted.kind) {
    case 'returned': {
      const { value } = attempted
      return value instanceof ToolError ? failed(value) : { outcome: 'ok', content: value }
    }
    case 'threw': {
      const { error: cause } = attempted
      return failed(
        new ToolError('execution_failed', `The tool failed: ${toErrorData(cause).message}`, { ...facts, cause }),
      )
    }
    case 'stopped':
      if (attempted.by === 'timeout')
        return failed(
          new ToolError(
            'timed_out',
            `The tool did not answer within ${timeoutMs} ms.${tool.effects === 'none' ? '' : ' Whether it had an effect is not known.'}`,
            facts,
          ),
        )
      if (attempted.isAbandoned || tool.effects === 'side-effecting') return unanswered(block, 'unknown')
      return { outcome: 'cancelled', content: [textPart('Cancelled while it ran. It can safely be called again.')] }
  }
}
