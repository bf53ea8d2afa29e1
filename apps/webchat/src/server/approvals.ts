import type { Context } from '@geppetto/context'
import { publish, sessionIdFrom } from '@geppetto/events'
import type { Authorization, ToolCall, ToolHooks } from '@geppetto/tools'
import { approvalsChanged, type PendingApproval } from '../shared/facts.ts'

interface Waiting extends PendingApproval {
  readonly sessionId: string
  readonly decide: (isAllowed: boolean) => void
}

/** The tool calls that wait for somebody at a page, whichever page: the run stays active meanwhile, and stopping it ends the wait. */
export class Approvals {
  readonly #waiting = new Map<string, Waiting>()

  /** The calls of that session that wait, oldest first. */
  pending(sessionId: string): readonly PendingApproval[] {
    return [...this.#waiting.values()]
      .filter((waiting) => waiting.sessionId === sessionId)
      .map(({ callId, name }) => ({ callId, name }))
  }

  /** Whether there was such a call. */
  decide(sessionId: string, callId: string, isAllowed: boolean): boolean {
    const waiting = this.#waiting.get(callId)
    if (waiting?.sessionId !== sessionId) return false
    waiting.decide(isAllowed)
    return true
  }

  /** Lets the calls that `mustAsk` is true for wait for a yes. */
  hook(mustAsk: (ctx: Context, call: ToolCall) => Promise<boolean>): NonNullable<ToolHooks['authorize']> {
    return async (ctx, call) => ((await mustAsk(ctx, call)) ? this.#ask(ctx, call) : { decision: 'allow' })
  }

  async #ask(ctx: Context, { callId, tool }: ToolCall): Promise<Authorization> {
    const decided = Promise.withResolvers<boolean>()
    const onAbort = () => decided.resolve(false)
    ctx.signal.addEventListener('abort', onAbort, { once: true })
    const sessionId = sessionIdFrom(ctx) ?? ''
    this.#waiting.set(callId, { callId, name: tool.name, sessionId, decide: decided.resolve })
    tellChanged(ctx)
    try {
      const isAllowed = await decided.promise
      return isAllowed ? { decision: 'allow' } : { decision: 'deny', reason: 'the user said no' }
    } finally {
      ctx.signal.removeEventListener('abort', onAbort)
      this.#waiting.delete(callId)
      if (!ctx.signal.aborted) tellChanged(ctx)
    }
  }
}

function tellChanged(ctx: Context): void {
  publish(ctx, { type: 'custom', name: approvalsChanged, data: {} })
}
