import { background, type Context } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { type Event, type EventSink, withCorrelation, withEventSinks } from '@geppetto/events'
import { assistantBlock, createTurn, type Turn, userBlock } from '@geppetto/turns'
import { check, within } from './conformance-case.ts'
import { watchClock, watchSignal } from './conformance-watch.ts'

/** A situation to bring an engine into. */
export interface EngineScenario {
  /** Makes a new engine. Each of its calls, also several at once, must go as the scenario says. */
  createEngine(): Engine | Promise<Engine>
  /** What is asked. Default: a short conversation in text. */
  readonly turn?: Turn
}

/** A call of the engine under test, with everything that can be seen of it from outside. */
export interface ObservedCall {
  readonly engine: Engine
  readonly ctx: Context
  readonly input: Turn
  /** What a sink that keeps up got. */
  readonly events: readonly Event[]
  abort(reason?: unknown): void
  /** How it ends. @throws Error when it does not settle in time. */
  settled(): Promise<CallOutcome>
  /** What it resolves to. @throws what it rejects with */
  answer(): Promise<Turn>
  /** What it rejects with. @throws Error when it resolves */
  failure(): Promise<unknown>
  /** What came after it had settled. */
  readonly lateEvents: readonly Event[]
  /** What it left on its context. */
  readonly leftovers: { readonly timers: number; readonly listeners: number }
  /** Stops the timers that are left, as that of a sink which is still waited for. */
  release(): void
}

/** How a call ended. */
type CallOutcome =
  | { readonly turn: Turn; readonly error?: undefined }
  | { readonly turn?: undefined; readonly error: unknown }

/** How a call is made. */
export interface CallOptions {
  /** Served before the one that observes. */
  readonly sinks?: readonly EventSink[]
  /** Called with each event and its index, in the observing sink. */
  readonly onEvent?: (event: Event, index: number, call: ObservedCall) => void
  /** Default true; false: the context has no sinks at all. */
  readonly hasSinks?: boolean
  /** Aborted before the call. */
  readonly isAborted?: boolean
  /** In milliseconds of real time. */
  readonly limitMs: number
  /** In place of a new one. */
  readonly engine?: Engine
  /** In place of the scenario's. */
  readonly turn?: Turn
}

export const callCorrelation = { sessionId: 'conformance-session', runId: 'conformance-run' } as const

/** Somebody else's fact about the turn: no business of the engine's. */
export const foreignFact = 'conformance.fact'

/** What is asked where a scenario does not say. */
export function defaultTurn(): Turn {
  return createTurn({
    id: 'conformance-turn',
    createdAt: 1_000,
    blocks: [
      userBlock('Hello!', { id: 'conformance-user-1', createdAt: 1_000 }),
      assistantBlock('Hello. What can I do for you?', { id: 'conformance-assistant-1', createdAt: 1_001 }),
      userBlock('Tell me something nice, please.', { id: 'conformance-user-2', createdAt: 1_002 }),
    ],
  })
}

/** The scenario's engine. @throws Error when it is not made in time. */
export async function createEngine(scenario: EngineScenario, limitMs: number): Promise<Engine> {
  return within(Promise.resolve(scenario.createEngine()), limitMs, 'the engine was not made')
}

/** Starts one call. */
export async function startCall(scenario: EngineScenario, options: CallOptions): Promise<ObservedCall> {
  const engine = options.engine ?? (await createEngine(scenario, options.limitMs))
  const turn = options.turn ?? scenario.turn ?? defaultTurn()
  const input = createTurn({ ...turn, metadata: { ...turn.metadata, [foreignFact]: { by: 'somebody else' } } })
  const clock = watchClock()
  const watched = watchSignal()
  if (options.isAborted === true) watched.abort()
  const events: Event[] = []
  const observer: EventSink = {
    publish(event) {
      events.push(event)
      options.onEvent?.(event, events.length - 1, call)
    },
  }
  const root = withCorrelation(background({ clock, signal: watched.signal }), callCorrelation)
  const ctx = options.hasSinks === false ? root : withEventSinks(root, ...(options.sinks ?? []), observer)
  let countWhenSettled = Number.POSITIVE_INFINITY
  const over = Promise.withResolvers<CallOutcome>()
  const settle = (outcome: CallOutcome): void => {
    countWhenSettled = events.length
    over.resolve(outcome)
  }
  const settled = (): Promise<CallOutcome> => within(over.promise, options.limitMs, 'the call did not settle')
  const call: ObservedCall = {
    engine,
    ctx,
    input,
    events,
    abort: watched.abort,
    settled,
    async answer() {
      const { turn, error } = await settled()
      if (turn === undefined) throw error
      return turn
    },
    async failure() {
      const { turn, error } = await settled()
      check(turn === undefined, 'it resolved, as if all were well')
      return error
    },
    get lateEvents() {
      return events.slice(countWhenSettled)
    },
    get leftovers() {
      return { timers: clock.armed, listeners: watched.listeners }
    },
    release: clock.stopAll,
  }
  invoke(engine, ctx, input).then(
    (turn) => settle({ turn }),
    (error: unknown) => settle({ error }),
  )
  return call
}

/** Also an engine that throws at once, as none should, has an outcome. */
async function invoke(engine: Engine, ctx: Context, turn: Turn): Promise<Turn> {
  return engine.runInference(ctx, turn)
}

/** Whether the event is about something that is said or called. */
export function isContent({ type }: Event): boolean {
  return /^(text|reasoning|tool-call|server-tool)-/.test(type)
}
