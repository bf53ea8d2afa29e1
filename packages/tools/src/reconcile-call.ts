import type { Context } from '@geppetto/context'
import { hubFrom, type Warning, withHub } from '@geppetto/events'
import { type ContentPart, type ToolCallBlock, textPart, toErrorData } from '@geppetto/turns'
import { tellAbandoned } from './abandoned.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import { checkCall } from './check-call.ts'
import type { ToolCall } from './executor.ts'
import type { ToolRegistry } from './registry.ts'
import type { Reconciliation } from './tool.ts'
import { executionLimits, type ToolConfig } from './tool-config.ts'
import { withToolCall } from './tool-context.ts'
import { isToolError } from './tool-error.ts'
import { outputToContent } from './tool-output.ts'

/** A call that an earlier run may have run. */
export interface ReconcileRequest {
  readonly call: ToolCallBlock
  readonly registry: ToolRegistry
  readonly config: ToolConfig
  /** The id of the block that its result has or will have. */
  readonly resultId: string
}

/** What a tool found out about a call that may have run. */
export type CallFinding = { readonly warnings: readonly Warning[] } & (
  | {
      readonly state: 'ran'
      /** `error`: what it said that came of the call cannot be sent, or does not fit its output schema. */
      readonly outcome: 'ok' | 'error'
      readonly content: readonly ContentPart[]
    }
  | { readonly state: 'not-run' | 'unknown' }
)

type Finding =
  | Omit<Extract<CallFinding, { readonly state: 'ran' }>, 'warnings'>
  | { readonly state: 'not-run' | 'unknown' }

/**
 * Asks a tool's `reconcile` whether a call ran: `unknown` where it has none, where the arguments do not fit any more, and where it throws, takes too
 * long or is overtaken by an abort. Never rejects.
 */
export async function reconcileCall(ctx: Context, request: ReconcileRequest): Promise<CallFinding> {
  const { call: block, registry, config, resultId } = request
  const { callId, name } = block
  const tool = registry.get(name)
  if (tool?.reconcile === undefined || ctx.signal.aborted) return { state: 'unknown', warnings: [] }
  const limits = executionLimits(config)
  const timeoutMs = tool.timeoutMs ?? limits.timeoutMs
  const callCtx = withToolCall(ctx, block, resultId)
  // A hub of its own, so that one that goes on after its end reaches nobody.
  const hub = hubFrom(callCtx)?.extend([])
  const attempted = await runAttempt(
    hub === undefined ? callCtx : withHub(callCtx, hub),
    { timeoutMs, graceMs: limits.abortGraceMs },
    async (limited) => {
      const call = await checkCall(block, registry)
      if (isToolError(call)) throw call
      return readFinding(await tool.reconcile?.(call.input, limited), call)
    },
  )
  hub?.silence()
  if (attempted.kind === 'returned') return { ...attempted.value, warnings: [] }
  const warnings: Warning[] = []
  const problem = problemOf(attempted, timeoutMs)
  if (problem !== undefined) {
    const message = `whether call ${callId} of tool ${name} ran could not be found out: ${problem}`
    warnings.push({ code: 'reconcile_failed', message })
  }
  if (attempted.kind === 'stopped' && attempted.isAbandoned) warnings.push(tellAbandoned(callCtx, name))
  return { state: 'unknown', warnings }
}

async function readFinding(answer: Reconciliation<unknown> | undefined, call: ToolCall): Promise<Finding> {
  switch (answer?.state) {
    case 'ran': {
      const content = await outputToContent(answer.output, call)
      return isToolError(content)
        ? { state: 'ran', outcome: 'error', content: [textPart(content.message)] }
        : { state: 'ran', outcome: 'ok', content }
    }
    case 'not-run':
    case 'unknown':
      return { state: answer.state }
    default:
      throw new TypeError('reconcile must return { state: ran, not-run or unknown }')
  }
}

/** What is wrong with how it ended; undefined where the run was stopped. */
function problemOf(
  attempted: Exclude<AttemptEnd<unknown>, { readonly kind: 'returned' }>,
  timeoutMs: number,
): string | undefined {
  if (attempted.kind === 'threw') return toErrorData(attempted.error).message
  return attempted.by === 'timeout' ? `reconcile did not answer within ${timeoutMs} ms` : undefined
}
