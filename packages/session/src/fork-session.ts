import type { EngineBuilder } from './contract/builder.ts'
import { assertIndex, assertOptionsOf } from './contract/known-options.ts'
import type { SessionOptions } from './contract/session-options.ts'
import { dismissCalls } from './history/dismissed-calls.ts'
import type { History } from './history/history.ts'
import { assertHasTurn } from './history/next-turn.ts'
import type { SessionCore } from './session-core.ts'
import { placeHints } from './session-turns.ts'

/** What a fork is made with. */
export interface ForkOptions {
  /** The index of the last turn that it has; default: the latest's. */
  readonly at?: number
  /** Default: a random one. */
  readonly id?: string
  /** Default: that of the session that is forked. */
  readonly builder?: EngineBuilder
}

const known: Readonly<Record<keyof ForkOptions, true>> = { at: true, id: true, builder: true }

/** @throws SessionError `invalid_options` naming what there is not: for callers without types. */
export function assertForkOptions(options: ForkOptions): void {
  assertOptionsOf(options, 'fork({ at, id, builder })', Object.keys(known), placeHints)
  if (options.at !== undefined) assertIndex(options.at, 'at')
}

/** What a fork begins with: turns behind it may be damaged. Calls that are open are left to the session that is forked. @throws SessionError `no_such_turn` */
export function forkOf(
  { id: sessionId, options, metadata, history, builder, ids, runningTurnId }: SessionCore,
  asked: ForkOptions,
): { readonly options: SessionOptions; readonly history: History } {
  const at = asked.at ?? history.count - 1
  assertHasTurn(history)
  const forkedFrom = { sessionId, turnId: history.get(at, 'at').id }
  const cut = history.cutTo(at)
  cut.replaceUnfinished((turn) => dismissCalls(turn, turn.id === runningTurnId))
  return {
    options: {
      ...options,
      builder: asked.builder ?? builder,
      id: asked.id ?? ids.next('ses'),
      metadata: { ...metadata, forkedFrom },
    },
    history: cut,
  }
}
