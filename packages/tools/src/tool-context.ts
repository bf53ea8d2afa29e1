import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import { correlationFrom, runIdFrom, sessionIdFrom, withCorrelation } from '@geppetto/events'
import type { ToolCallBlock } from '@geppetto/turns'

/** Which call a context belongs to. */
interface NamedCall {
  readonly callId: string
  /** The run that made the call, or what else stays the same when a later run takes it up. */
  readonly origin: string | undefined
}

const callKey: ContextKey<NamedCall> = createContextKey('tool call')

/** The id of the call that the context belongs to; undefined outside a tool. */
export function toolCallIdFrom(ctx: Context): string | undefined {
  return ctx.get(callKey)?.callId
}

/**
 * A name for this one call that no other call has, for ever: `session/run/call`, with the run that made the call, so that it is the same in every
 * attempt and in a later run that takes the call up. Give it to a service that then does the same thing only once. Undefined outside a tool; without a session, as when the executor is used directly, only the parts that there are.
 */
export function idempotencyKeyFrom(ctx: Context): string | undefined {
  const call = ctx.get(callKey)
  if (call === undefined) return undefined
  return [sessionIdFrom(ctx), call.origin, call.callId].filter((part) => part !== undefined).join('/')
}

/** A context that belongs to a call whose result will be the block `resultId`. */
export function withToolCall(ctx: Context, { callId, runId }: ToolCallBlock, resultId: string): Context {
  // Engines that are not ours need not say which run a block is from; the turn too stays the same in a later run.
  const origin = runId ?? correlationFrom(ctx).turnId ?? runIdFrom(ctx)
  return withValue(withCorrelation(ctx, { toolCallId: callId, segmentId: resultId }), callKey, { callId, origin })
}
