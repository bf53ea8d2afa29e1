import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import { adoptFields, defined, frozenJson } from '@geppetto/turns'
import type { Correlation } from './event.ts'

const correlationKey: ContextKey<Correlation> = createContextKey('event correlation')
const tagsKey: ContextKey<RunTags> = createContextKey('run tags')
const nothing: Correlation = Object.freeze({})
const noTags: RunTags = Object.freeze({})

/** What a caller labels a run with. */
export interface RunTags {
  readonly [name: string]: string
}

/** What events published on this context belong to. */
export function correlationFrom(ctx: Context): Correlation {
  return ctx.get(correlationKey) ?? nothing
}

/** A context whose events belong to `part` too. Where `part` names another run, nothing of the run around it is inherited. */
export function withCorrelation(ctx: Context, part: Correlation): Context {
  const outer = correlationFrom(ctx)
  const isOtherRun = part.runId !== undefined && part.runId !== outer.runId
  const whole = isOtherRun ? frozenJson(part, 'correlation') : adoptFields({ ...outer, ...part }, 'correlation')
  return withValue(ctx, correlationKey, whole)
}

/** The session that the context belongs to. */
export function sessionIdFrom(ctx: Context): string | undefined {
  return correlationFrom(ctx).sessionId
}

/** The run that the context belongs to. */
export function runIdFrom(ctx: Context): string | undefined {
  return correlationFrom(ctx).runId
}

/** The part that names the run, and nothing inside it: for events about the run as a whole. */
export function runCorrelation(correlation: Correlation): Correlation {
  const { sessionId, runId, parentRunId, turnId } = correlation
  return defined({ sessionId, runId, parentRunId, turnId })
}

/** The tags of the run that the context belongs to. */
export function runTagsFrom(ctx: Context): RunTags {
  return ctx.get(tagsKey) ?? noTags
}

/** A context whose run has these tags, beside those that it has. */
export function withRunTags(ctx: Context, tags: RunTags): Context {
  return withValue(ctx, tagsKey, Object.freeze({ ...runTagsFrom(ctx), ...tags }))
}
