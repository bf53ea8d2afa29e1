import type { EngineBuilder, Resumption, RunScope, Session } from '@geppetto/session'
import { createTurn, type ToolCallBlock, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'

/** The run that was interrupted. */
const interruptedRunId = 'run_0'

/** What of a resumption a test says. */
export type Decide = Resumption['decide']

/** The builder, whose first runner takes up what an interrupted run left. */
export function resuming(builder: EngineBuilder, unsureCalls: ReadonlySet<string>, decide: Decide): EngineBuilder {
  let isFirst = true
  return {
    async build(ctx, sessionId) {
      const runner = await builder.build(ctx, sessionId)
      if (!isFirst) return runner
      isFirst = false
      return {
        ...runner,
        runInference: (runCtx, turn, scope) =>
          runner.runInference(runCtx, turn, scope && withResumption(scope, { unsureCalls, decide })),
      }
    },
  }
}

function withResumption(scope: RunScope, resumption: Resumption): RunScope {
  return {
    commitStep: (turn) => scope.commitStep(turn),
    commitCalls: (turn) => scope.commitCalls(turn),
    noteTurn: (turn) => scope.noteTurn(turn),
    noteSnapshot: (snapshot) => scope.noteSnapshot(snapshot),
    noteHandedOver: (calls) => scope.noteHandedOver(calls),
    assertOwner: () => scope.assertOwner(),
    recordStart: (call) => scope.recordStart(call),
    endWith: (stop) => scope.endWith(stop),
    warn: (warning) => scope.warn(warning),
    resumption,
  }
}

/** A call that an interrupted run left: `name c1`. */
function leftCall(text: string): ToolCallBlock {
  const [name = '', callId = ''] = text.split(' ')
  const fields = { id: `blk_${callId}`, createdAt: 1, runId: interruptedRunId }
  return toolCallBlock({ callId, name, input: { state: 'parsed', value: { key: callId } } }, fields)
}

/** Gives the session a turn with the calls of an interrupted run: the unsure ones are unknown, the others wait. */
export function leaveCalls(session: Session, calls: readonly string[], unsureCalls: ReadonlySet<string>): void {
  const blocks = calls.map(leftCall)
  const results = blocks.map(({ callId, name }) =>
    toolResultBlock(
      { callId, name, outcome: unsureCalls.has(callId) ? 'unknown' : 'pending', content: 'Nobody knows.' },
      { id: `blk_of_${callId}`, createdAt: 1, runId: interruptedRunId },
    ),
  )
  const prompt = userBlock('Go', { id: 'blk_user', createdAt: 1 })
  session.append(createTurn({ id: 'turn_left', createdAt: 1, blocks: [prompt, ...blocks, ...results] }))
}
