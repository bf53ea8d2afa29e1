import type { RequestView } from '@geppetto/client/protocol'
import { type RequestPreview, type RequestWatch, withRequestWatch } from '@geppetto/engine'
import { runIdFrom, sessionIdFrom } from '@geppetto/events'
import type { InferenceRunner, RunScope, Snapshot } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import type { DebugSettings } from './options.ts'

/** A runner whose requests, and the turns of whose runs while they go on, are kept to be looked at. */
export function watchedRunner(
  runner: InferenceRunner,
  { requests, snapshots }: Pick<DebugSettings, 'requests' | 'snapshots'>,
): InferenceRunner {
  const { eventSinks, persister } = runner
  const prepare = runner.prepare?.bind(runner)
  const countTokens = runner.countTokens?.bind(runner)
  return {
    ...defined({ eventSinks, persister }),
    ...(prepare && { prepare }),
    ...(countTokens && { countTokens }),
    async runInference(ctx, turn, scope) {
      const runId = runIdFrom(ctx) ?? ''
      const sessionId = sessionIdFrom(ctx) ?? ''
      const watch: RequestWatch = ({ providerCallId, request }) =>
        requests.add(sessionId, runId, {
          ...requestView(request),
          sentAt: ctx.clock.now(),
          ...defined({ providerCallId }),
        })
      const taken: Snapshot[] = []
      snapshots.set(runId, taken)
      try {
        const watched = scope && withTap(scope, (snapshot) => taken.push(snapshot))
        return await runner.runInference(withRequestWatch(ctx, watch), turn, watched)
      } finally {
        // From here on the store has them.
        snapshots.delete(runId)
      }
    },
  }
}

/** The scope of a run, with somebody who hears of its snapshots: the store has them with the next step alone. */
function withTap(scope: RunScope, onSnapshot: (snapshot: Snapshot) => void): RunScope {
  return {
    commitStep: (turn) => scope.commitStep(turn),
    commitCalls: (turn) => scope.commitCalls(turn),
    noteTurn: (turn) => scope.noteTurn(turn),
    noteSnapshot(snapshot) {
      onSnapshot(snapshot)
      scope.noteSnapshot(snapshot)
    },
    noteHandedOver: (calls) => scope.noteHandedOver(calls),
    assertOwner: () => scope.assertOwner(),
    recordStart: (call) => scope.recordStart(call),
    resumption: scope.resumption,
    endWith: (stop) => scope.endWith(stop),
    warn: (warning) => scope.warn(warning),
  }
}

/** A request as callers get it. */
export function requestView(request: RequestPreview): RequestView {
  const { model, method, path, address = path, headers, body, degradations, estimate } = request
  const lines = degradations.map(({ message }) => message)
  return { model, method, address, headers, body, degradations: lines, tokens: estimate.total }
}
