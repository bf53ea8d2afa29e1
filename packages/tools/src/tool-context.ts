import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import { runIdFrom, sessionIdFrom, withCorrelation } from '@geppetto/events'

const callIdKey: ContextKey<string> = createContextKey('tool call id')

/** The id of the call that the context belongs to; undefined outside a tool. */
export function toolCallIdFrom(ctx: Context): string | undefined {
  return ctx.get(callIdKey)
}

/**
 * A name for this one call that no other call has, the same in every attempt: `session/run/call`. Give it to a service that then does the
 * same thing only once. Undefined outside a tool; without a session, as when the executor is used directly, only the parts that there are.
 */
export function idempotencyKeyFrom(ctx: Context): string | undefined {
  const callId = toolCallIdFrom(ctx)
  if (callId === undefined) return undefined
  return [sessionIdFrom(ctx), runIdFrom(ctx), callId].filter((part) => part !== undefined).join('/')
}

/** A context that belongs to a call whose result will be the block `resultId`. */
export function withToolCall(ctx: Context, callId: string, resultId: string): Context {
  return withValue(withCorrelation(ctx, { toolCallId: callId, segmentId: resultId }), callIdKey, callId)
}
