import { getEventListeners } from 'node:events'
import { background, type Context, sleep } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { defineMiddleware } from '@geppetto/engine'
import { createEngineBuilder, createStepController } from '@geppetto/enginebuilder'
import { type Event, type EventSink, withEventSinks } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import {
  createMemoryStore,
  type EngineBuilder,
  type ExecutionHandle,
  isSessionBusyError,
  type RunResult,
  Session,
  type SessionStore,
} from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { isSameJson, type Turn, validateTurn } from '@geppetto/turns'
import { z } from 'zod'
import type { FaultPlan } from './fault-plan.test-helper.ts'
import { createGrammarSink, type GrammarSink } from './grammar-sink.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'
import { createSequentialIds } from './sequential-ids.ts'

/** A session with a run that uses everything: text, parallel tools, three provider calls, a pause, a store; each callback of it a point of the plan. */
export interface FaultyRun {
  readonly clock: ManualClock
  readonly session: Session
  readonly store: SessionStore
  readonly ctx: Context
  readonly signal: AbortSignal
  readonly sink: GrammarSink
  /** How often each side-effecting call was executed, by call id. */
  readonly executions: Map<string, number>
  start(): ExecutionHandle
}

export function createFaultyRun(plan: FaultPlan): FaultyRun {
  const clock = createManualClock()
  const controller = new AbortController()
  const sink = createGrammarSink()
  const store = faultyStore(createMemoryStore({ clock }), plan)
  const executions = new Map<string, number>()
  const ids = createSequentialIds()
  const session = new Session({
    builder: faultyBuilder(plan, executions),
    store,
    clock,
    ids,
    id: 'session',
  })
  const root = background({ clock, ids, signal: controller.signal })
  const ctx = withEventSinks(root, sink)
  return {
    clock,
    session,
    store,
    ctx,
    signal: controller.signal,
    sink,
    executions,
    start() {
      session.appendNewTurnFromUserPrompt('Go')
      const handle = session.startInference(ctx)
      plan.abort = () => void handle.cancel()
      return handle
    },
  }
}

function faultyBuilder(plan: FaultPlan, executions: Map<string, number>): EngineBuilder {
  const controller = createStepController({ phases: ['after_tools'] })
  const continuing: EventSink = {
    publish(event) {
      if (event.type === 'debugger-paused') queueMicrotask(() => goOn(controller, event.pauseId))
    },
  }
  const faulty: EventSink = { publish: () => plan.later('sink', () => {}) }
  const probe = defineMiddleware('probe', (next) => async (ctx, turn) => {
    await plan.later('middleware in', () => {})
    const result = await next(ctx, turn)
    await plan.later('middleware out', () => {})
    return result
  })
  const builder = createEngineBuilder({
    base: createScriptedEngine((turn) => answer(turn, plan)),
    middlewares: [systemPrompt('Be brief.'), probe],
    tools: tools(plan, executions),
    eventSinks: [faulty, continuing],
    toolExecutor: createToolExecutor({
      hooks: {
        authorize: () => plan.later('authorize', () => ({ decision: 'allow' as const })),
        beforeExecution: () => plan.later('before execution', () => {}),
        maskInput: (call) => plan.now('mask', () => call.rawInput),
      },
    }),
    snapshotHook: (_, { phase }) => plan.later(`snapshot ${phase}`, () => {}),
    stepController: {
      pause: async (ctx, point) => {
        await plan.later('pause', () => {})
        await controller.pause(ctx, point)
      },
    },
    persister: { persistTurn: () => plan.later('persister', () => {}) },
  })
  return { build: (ctx, sessionId) => plan.later('builder', () => builder.build(ctx, sessionId)) }
}

function goOn(controller: ReturnType<typeof createStepController>, pauseId: string): void {
  // An abort may have ended the pause already.
  if (controller.pending.some((pause) => pause.pauseId === pauseId)) controller.continue(pauseId)
}

/** Two calls side by side, then one, then the answer. */
function answer(turn: Turn, plan: FaultPlan): ScriptedCall {
  const said = turn.blocks.findLastIndex((block) => block.kind === 'user')
  const results = turn.blocks.slice(said).filter((block) => block.kind === 'tool-result').length
  const point = { run: () => plan.later('engine', () => {}) }
  if (results === 0)
    return [
      { reasoning: 'Both.' },
      { text: ['I look ', 'it up'] },
      point,
      { toolCall: 'read', input: { key: 'a' } },
      { toolCall: 'write', input: { key: 'b' } },
    ]
  if (results === 2) return [{ text: 'Once more' }, { delayMs: 3 }, point, { toolCall: 'write', input: { key: 'c' } }]
  return [
    point,
    { text: ['Do', 'ne.'] },
    { usage: { input: { uncached: 1 }, output: { text: 1 }, source: 'reported' } },
  ]
}

function tools(plan: FaultPlan, executions: Map<string, number>) {
  const input = z.object({ key: z.string() })
  return [
    defineTool({
      name: 'read',
      description: 'Reads.',
      input,
      effects: 'none',
      async execute({ key }, ctx) {
        await plan.later('tool read', () => sleep(ctx, 5))
        return `value of ${key}`
      },
    }),
    defineTool({
      name: 'write',
      description: 'Writes.',
      input,
      async execute({ key }, ctx) {
        executions.set(key, (executions.get(key) ?? 0) + 1)
        await plan.later('tool write', () => sleep(ctx, 2))
        return 'written'
      },
    }),
  ]
}

/** The store with a point in front of each of its methods. */
function faultyStore(store: SessionStore, plan: FaultPlan): SessionStore {
  return {
    acquire: async (...args) => plan.later('store acquire', () => store.acquire(...args)),
    renew: async (...args) => plan.later('store renew', () => store.renew(...args)),
    release: async (...args) => plan.later('store release', () => store.release(...args)),
    commit: async (...args) => plan.later('store commit', () => store.commit(...args)),
    read: (...args) => store.read(...args),
    list: () => store.list(),
  }
}

/** Lets time pass until the run is over; a run that goes on for longer than `patienceMs` is cancelled, and then has as long again. */
export async function drive(clock: ManualClock, handle: ExecutionHandle, patienceMs = 60_000): Promise<RunResult> {
  let result: RunResult | undefined
  void handle.wait().then((settled) => {
    result = settled
  })
  const until = clock.now() + patienceMs
  await macrotask()
  while (result === undefined) {
    if (clock.now() > until + patienceMs) throw new Error('the run did not settle')
    // Where nothing is scheduled any more, only a cancel can end it.
    if (clock.now() > until || clock.scheduled === 0) {
      void handle.cancel('shutdown')
      await macrotask()
    }
    clock.runNext()
    await macrotask()
  }
  return result
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** What is wrong after a run that met a fault: empty when it kept its promises. */
export async function findFaults(
  run: FaultyRun,
  plan: FaultPlan,
  result: RunResult,
  expectsLock = false,
): Promise<string[]> {
  const faults: string[] = []
  const { session, sink, clock, executions, ctx, signal, store } = run
  const check = (isGood: boolean, what: string) => {
    if (!isGood) faults.push(what)
  }
  checkGrammar(sink, faults)
  check(validateTurn(result.turn).length === 0, `P1: ${JSON.stringify(validateTurn(result.turn))}`)
  check(session.latest === result.turn, 'the result is not the latest turn')
  check(!session.isRunning, 'P2: the session is not free')
  for (const text of unkeptTexts(sink.events, result.turn)) faults.push(`P5: lost ${JSON.stringify(text)}`)
  for (const call of untoldResults(sink.events, result)) faults.push(`no event tells what became of call ${call}`)
  for (const [key, count] of executions) check(count === 1, `P7: ${key} was written ${count} times`)
  check(clock.scheduled === 0, `P13: ${clock.scheduled} timers are left`)
  check(getEventListeners(signal, 'abort').length === 0, 'P13: abort listeners are left')
  plan.disarm()
  executions.clear()
  const next = await drive(clock, session.submit('Again', {}, ctx))
  const why = next.status === 'failed' ? next.error : next.stop
  // A lease whose grant got lost cannot be given back: it must run out.
  const isLocked = isSessionBusyError(why)
  check(isLocked === expectsLock, isLocked ? 'the session is locked' : 'the session is not locked')
  if (isLocked) await clock.advance(15_000)
  const last = isLocked ? await drive(clock, session.startInference(ctx)) : next
  check(last.status === 'completed', `the next run is ${next.status}: ${why}`)
  const count = sink.events.length
  await clock.advance(60_000)
  check(sink.events.length === count, 'P4: an event came after settlement')
  checkGrammar(sink, faults)
  const reopened = await Session.open(store, session.id, {
    builder: { build: () => Promise.reject(new Error('unused')) },
  })
  check(isSameJson(reopened.latest, session.latest), 'the store has another turn')
  check(reopened.turnCount === session.turnCount, 'the store has not all turns')
  for (let index = 0; index < session.turnCount; index++)
    check(isSameJson(reopened.getTurn(index), session.getTurn(index)), `the store has another turn ${index}`)
  return faults
}

function checkGrammar(sink: GrammarSink, faults: string[]): void {
  try {
    sink.assertComplete()
  } catch (error) {
    faults.push(`P2: ${error instanceof Error ? error.message : error}`)
  }
}

/** The calls whose result in the turn no event told of. */
function untoldResults(events: readonly Event[], { runId, turn }: RunResult): readonly string[] {
  const told = new Map<string | undefined, string>()
  for (const event of events)
    if (event.type === 'tool-execution-finished') told.set(event.correlation.toolCallId, event.outcome)
  return turn.blocks.flatMap((block) =>
    block.kind === 'tool-result' && block.runId === runId && told.get(block.callId) !== block.outcome
      ? [block.callId]
      : [],
  )
}

/** The texts that a sink saw and that are neither in the turn nor rolled back. */
function unkeptTexts(events: readonly Event[], turn: Turn): readonly string[] {
  const texts = new Map<string, string>()
  for (const event of events)
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
      const id = event.correlation.segmentId ?? ''
      texts.set(id, (texts.get(id) ?? '') + event.delta)
    }
  const kept = new Map(
    turn.blocks.flatMap((block) =>
      block.kind === 'assistant' || block.kind === 'reasoning' ? [[block.id, block.text] as const] : [],
    ),
  )
  return [...texts].filter(([id, text]) => kept.get(id) !== text).map(([, text]) => text)
}
