import { setImmediate } from 'node:timers/promises'
import { background, type Clock, type Context, type IdGenerator } from '@geppetto/context'
import {
  createGrammarChecker,
  type Event,
  type EventOf,
  type EventType,
  hubFrom,
  publish,
  withCorrelation,
  withEventSinks,
} from '@geppetto/events'
import { contentText, type JsonValue, type ToolCallBlock, type ToolResultBlock, toolCallBlock } from '@geppetto/turns'
import { createToolExecutor } from './create-executor.ts'
import type { ToolExecution, ToolHooks } from './executor.ts'
import { createToolRegistry } from './registry.ts'
import type { Tool } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'

/** A clock that stands still until it is moved. */
interface ManualClock extends Clock {
  /** How many timers are armed. */
  readonly timers: number
  /** Lets promises settle, then moves on, running what is due in its order and letting promises settle after each. */
  advance(ms: number): Promise<void>
  /** Moves on to the next timer and runs it, without waiting for what it sets off; false when there is none. */
  ring(): boolean
}

function createManualClock(start = 1_000): ManualClock {
  let now = start
  const armed = new Set<{ readonly at: number; readonly callback: () => void }>()
  const next = () => [...armed].sort((a, b) => a.at - b.at)[0]
  const clock: ManualClock = {
    now: () => now,
    schedule(callback, delayMs) {
      const timer = { at: now + delayMs, callback }
      armed.add(timer)
      return () => armed.delete(timer)
    },
    get timers() {
      return armed.size
    },
    async advance(ms) {
      await settled()
      const until = now + ms
      for (let due = next(); due !== undefined && due.at <= until; due = next()) {
        clock.ring()
        await settled()
      }
      now = until
      await settled()
    },
    ring() {
      const due = next()
      if (due === undefined) return false
      armed.delete(due)
      now = due.at
      due.callback()
      return true
    },
  }
  return clock
}

/** Lets all promises that can settle do so. */
export async function settled(): Promise<void> {
  await setImmediate()
}

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
  execute(calls: readonly ToolCallBlock[]): Promise<ToolExecution>
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
  publish(ctx, { type: 'run-started' })
  const executor = createToolExecutor({ hooks })
  const registry = createToolRegistry(tools)
  const grammarProblem = () => {
    publish(ctx, { type: 'run-finished', stop: 'end_turn' })
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
    execute: (calls) => executor.execute(ctx, { calls, registry, config }),
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
