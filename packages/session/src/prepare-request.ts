import type { Context } from '@geppetto/context'
import type { RequestPreview, TokenCount } from '@geppetto/engine'
import { withCorrelation, withRunTags } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { InferenceRunner } from './contract/builder.ts'
import { readTags } from './contract/run-tags.ts'
import { SessionError } from './contract/session-error.ts'
import type { StartOptions } from './contract/start-options.ts'
import { askedOf, runnableTurn } from './history/next-turn.ts'
import type { SessionCore } from './session-core.ts'

/** A preview of the request that the next provider call would send. @throws SessionError `not_preparable`, `no_turn`, `nothing_to_run` */
export async function prepareRequest(
  core: SessionCore,
  ctx: Context | undefined,
  options: StartOptions,
): Promise<RequestPreview> {
  const { runner, tagged, turn } = await buildRunner(core, ctx, options)
  if (runner.prepare === undefined)
    throw new SessionError('not_preparable', 'the builder makes runners that cannot show their requests')
  return runner.prepare(tagged, turn)
}

/** How many tokens that request has. @throws SessionError `not_preparable`, `no_turn`, `nothing_to_run` */
export async function countRequestTokens(
  core: SessionCore,
  ctx: Context | undefined,
  options: StartOptions,
): Promise<TokenCount> {
  const { runner, tagged, turn } = await buildRunner(core, ctx, options)
  if (runner.countTokens === undefined)
    throw new SessionError('not_preparable', 'the builder makes runners that cannot count the tokens of their requests')
  return runner.countTokens(tagged, turn)
}

/** What would run the latest turn now. */
async function buildRunner(
  core: SessionCore,
  ctx: Context | undefined,
  options: StartOptions,
): Promise<{ readonly runner: InferenceRunner; readonly tagged: Context; readonly turn: Turn }> {
  const { id: sessionId, builder, history } = core
  const turn = runnableTurn(history, askedOf(options))
  const correlated = withCorrelation(core.contextOf(ctx), { sessionId, turnId: turn.id })
  const tagged = withRunTags(correlated, readTags(options.tags) ?? {})
  return { runner: await builder.build(tagged, sessionId), tagged, turn }
}
