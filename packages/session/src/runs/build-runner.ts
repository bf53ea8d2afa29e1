import type { Context } from '@geppetto/context'
import type { EventSink } from '@geppetto/events'
import type { EngineBuilder, InferenceRunner, TurnPersister } from '../contract/builder.ts'
import { SessionError } from '../contract/session-error.ts'

/** What a builder made, each read once: a getter may throw, or give another one each time. */
export interface BuiltRunner {
  readonly runner: InferenceRunner
  readonly eventSinks: readonly EventSink[]
  readonly persister: TurnPersister | undefined
}

/** The runner that a builder makes; undefined where it comes too late. @throws SessionError `invalid_options` where it makes none; what the builder throws */
export async function buildRunner(
  builder: EngineBuilder,
  ctx: Context,
  sessionId: string,
  isWanted: () => boolean,
): Promise<BuiltRunner | undefined> {
  const runner = await builder.build(ctx, sessionId)
  if (!isWanted()) return undefined
  if (typeof runner?.runInference !== 'function')
    throw new SessionError('invalid_options', 'the builder made no runner: build must return one')
  const { eventSinks = [], persister } = runner
  return { runner, eventSinks, persister }
}
