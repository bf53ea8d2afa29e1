import { background, type Context, type IdGenerator } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import {
  correlationFrom,
  createGrammarChecker,
  type Event,
  type EventOf,
  type EventType,
  hubFrom,
  withCorrelation,
  withEventSinks,
} from '@geppetto/events'
import { contentText, type JsonValue, type ToolCallBlock, type ToolResultBlock, toolCallBlock } from '@geppetto/turns'
import { createToolExecutor } from './create-executor.ts'
import type { ToolExecution, ToolExecutionRequest, ToolHooks } from './executor.ts'
import { createToolRegistry } from './registry.ts'
import type { Tool } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'

/** A call with arguments that arrived whole. */
export function call(name: string, callId: string, value: JsonValue = {}): ToolCallBlock {
  return toolCallBlock({ callId, name, input: { state: 'parsed', value } }, { id: `blk_${callId}`, createdAt: 1 })
}

/** An executor at work in a run, on a clock that stands still. */
export interface Bench {
  readonly clock: ManualClock
  readonly ctx: Context
  readonly events: Event[]
  /** The events of one type. */
  of<T extends EventType>(type: T): EventOf<T>[]
  execute(calls: readonly ToolCallBlock[], request?: Partial<ToolExecutionRequest>): Promise<ToolExecution>
  /** Aborts the run. */
  abort(): void
  /** Ends the run; what is wrong with its events, or undefined. */
  grammarProblem(): string | undefined
}

export function createBench(tools: readonly Tool[], config: ToolConfig = {}, hooks: ToolHooks = {}): Bench {
  const clock = createManualClock()
  const controller = new AbortController()
  const events: Event[] = []
  const root = withCorrelation(background({ clock, ids: countingIds(), signal: controller.signal }), {
    sessionId: 'ses_1',
    runId: 'run_1',
  })
  const ctx = withEventSinks(root, { publish: (event) => void events.push(event) })
  hubFrom(ctx)?.publish({ type: 'run-started' }, correlationFrom(ctx))
  const executor = createToolExecutor({ hooks })
  const registry = createToolRegistry(tools)
  const grammarProblem = () => {
    hubFrom(ctx)?.publish({ type: 'run-finished', stop: 'end_turn' }, correlationFrom(ctx))
    const checker = createGrammarChecker('run')
    for (const event of events) {
      const problem = checker.accept(event)
      if (problem !== undefined) return problem.message
    }
    return checker.end()?.message
  }
  return {
    clock,
    ctx,
    events,
    of: <T extends EventType>(type: T) => events.filter((event): event is EventOf<T> => event.type === type),
    execute: (calls, request) => executor.execute(ctx, { calls, registry, config, ...request }),
    abort: () => controller.abort(new Error('stopped by the user')),
    grammarProblem,
  }
}

/** Ids that are the same in every run of a test. */
function countingIds(): IdGenerator {
  let count = 0
  return { next: (prefix) => `${prefix}_${++count}` }
}

/** The text of a result. */
export function textOf(result: ToolResultBlock | undefined): string {
  return result === undefined ? '' : contentText(result.content)
}

/** What the results say, in order. */
export function outcomesOf({ results }: ToolExecution): string[] {
  return results.map((result) => `${result.callId} ${result.outcome}`)
}

/** Whether anything that is published on the context is still delivered. */
export function isHeard(ctx: Context): boolean {
  return hubFrom(ctx)?.isClosed === false
}
