import type { Context } from '@geppetto/context'
import type { RequestPreview, TokenCount } from '@geppetto/engine'
import { withCorrelation, withRunTags } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { EngineBuilder, InferenceRunner } from './builder.ts'
import type { StartOptions } from './run-host.ts'
import { SessionError } from './session-error.ts'

/** What is asked what it would send. */
interface Source {
  readonly builder: EngineBuilder
  readonly sessionId: string
}

/** A preview of the request that the next provider call for `turn` would send. @throws SessionError `not_preparable` */
export async function prepareRequest(
  source: Source,
  ctx: Context,
  turn: Turn,
  options: StartOptions,
): Promise<RequestPreview> {
  const { runner, tagged } = await buildRunner(source, ctx, turn, options)
  if (runner.prepare === undefined)
    throw new SessionError('not_preparable', 'the builder makes runners that cannot show their requests')
  return runner.prepare(tagged, turn)
}

/** How many tokens that request has. @throws SessionError `not_preparable` */
export async function countRequestTokens(
  source: Source,
  ctx: Context,
  turn: Turn,
  options: StartOptions,
): Promise<TokenCount> {
  const { runner, tagged } = await buildRunner(source, ctx, turn, options)
  if (runner.countTokens === undefined)
    throw new SessionError('not_preparable', 'the builder makes runners that cannot count the tokens of their requests')
  return runner.countTokens(tagged, turn)
}

async function buildRunner(
  { builder, sessionId }: Source,
  ctx: Context,
  turn: Turn,
  { tags = {} }: StartOptions,
): Promise<{ readonly runner: InferenceRunner; readonly tagged: Context }> {
  const tagged = withRunTags(withCorrelation(ctx, { sessionId, turnId: turn.id }), tags)
  return { runner: await builder.build(tagged, sessionId), tagged }
}
