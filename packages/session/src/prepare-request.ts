import type { Context } from '@geppetto/context'
import type { RequestPreview } from '@geppetto/engine'
import { withCorrelation, withRunTags } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { EngineBuilder } from './builder.ts'
import type { StartOptions } from './run-host.ts'
import { SessionError } from './session-error.ts'

/** A preview of the request that the next provider call for `turn` would send. @throws SessionError `not_preparable` */
export async function prepareRequest(
  { builder, sessionId }: { readonly builder: EngineBuilder; readonly sessionId: string },
  ctx: Context,
  turn: Turn,
  { tags = {} }: StartOptions,
): Promise<RequestPreview> {
  const tagged = withRunTags(withCorrelation(ctx, { sessionId, turnId: turn.id }), tags)
  const runner = await builder.build(tagged, sessionId)
  if (runner.prepare === undefined)
    throw new SessionError('not_preparable', 'the builder makes runners that cannot show their requests')
  return runner.prepare(tagged, turn)
}
