import { getEventListeners } from 'node:events'
import { background, type Clock, type Context, type IdGenerator } from '@geppetto/context'
import { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder, type EngineBuilderOptions } from '@geppetto/enginebuilder'
import { type Event, type EventSink, isTerminal, withEventSinks } from '@geppetto/events'
import {
  createMemoryStore,
  type EngineBuilder,
  type ExecutionHandle,
  type RunResult,
  Session,
  type SessionOptions,
  type SessionStore,
} from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { contentText, type Turn, validateTurn } from '@geppetto/turns'
import { expect } from 'vitest'
import { z } from 'zod'
import { createGrammarSink, type GrammarSink } from '../src/grammar-sink.ts'
import { lostTexts, untoldResults } from '../src/lost-in-run.ts'
import { createScriptedEngine, type Script, type ScriptedCall, type ScriptedEngine } from '../src/scripted-engine.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'

/** What a lab may have otherwise than it has by itself. */
export interface LabOptions {
  /** What the engine does for every prompt but `Again`; default: says `so far`, calls the tool `work`, says `done`. */
  readonly script?: Script
  readonly parts?: Partial<EngineBuilderOptions>
  readonly around?: (builder: EngineBuilder) => EngineBuilder
  /** There is a store, and this stands in front of it. */
  readonly store?: (inner: SessionStore) => Partial<SessionStore>
  readonly session?: Partial<SessionOptions>
  readonly ids?: IdGenerator
  /** What the run sees in place of the clock. */
  readonly clock?: (inner: ManualClock) => Clock
  /** Beside the one that checks the grammar. */
  readonly sinks?: readonly EventSink[]
}

/** A session on a clock that stands still, and everything that one has to look at when its run is over. */
export interface Lab {
  readonly clock: ManualClock
  readonly session: Session
  readonly engine: ScriptedEngine
  readonly sink: GrammarSink
  readonly store: SessionStore | undefined
  readonly ctx: Context
  submit(prompt?: string): ExecutionHandle
}

const defaultCall: ScriptedCall = [{ text: 'so far' }, { toolCall: 'work', input: {} }]

/** A tool with an effect, that does what it is given to do. */
export function workTool(execute: (ctx: Context) => unknown = () => 'worked') {
  return defineTool({
    name: 'work',
    description: 'Works.',
    input: z.object({}),
    execute: async (_, ctx) => String(await execute(ctx)),
  })
}

export function createLab(options: LabOptions = {}): Lab {
  const { script, parts, around = (builder) => builder, sinks = [] } = options
  const clock = createManualClock()
  const { ids = createSequentialIds() } = options
  const sink = createGrammarSink()
  const engine = createScriptedEngine((turn, call) => answer(turn, call, script))
  const builder = createEngineBuilder({ base: engine, tools: [workTool()], ...parts })
  const inner = createMemoryStore({ clock })
  const store = options.store === undefined ? undefined : { ...inner, ...options.store(inner) }
  const kept = store === undefined ? {} : { store }
  const session = new Session({ id: 's', builder: around(builder), clock, ids, ...kept, ...options.session })
  const shown = options.clock?.(clock) ?? clock
  const ctx = withEventSinks(background({ clock: shown, ids, signal: new AbortController().signal }), sink, ...sinks)
  return { clock, session, engine, sink, store, ctx, submit: (prompt = 'Go') => session.submit(prompt, {}, ctx) }
}

function answer(turn: Turn, call: number, script: Script | undefined): ScriptedCall {
  const said = turn.blocks.findLastIndex((block) => block.kind === 'user')
  const prompt = turn.blocks[said]
  if (prompt?.kind === 'user' && contentText(prompt.content) === 'Again') return [{ text: 'fine' }]
  if (typeof script === 'function') return script(turn, call)
  if (script !== undefined) return script[call - 1] ?? []
  const hasWorked = turn.blocks.slice(said).some((block) => block.kind === 'tool-result')
  return hasWorked ? [{ text: 'done' }] : defaultCall
}

/** Lets time pass until `promise` has settled; throws where nothing is scheduled that could settle it. */
export async function until<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  await settlePromises()
  while (!isSettled) {
    if (!clock.runNext()) throw new Error('nothing is left that could settle it')
    await settlePromises()
  }
  return promise
}

/** What never answers, until it is let go. */
export interface Gate {
  /** Whether anybody came so far. */
  readonly isReached: boolean
  /** Hangs those who come; nobody once it is open. */
  pass(): Promise<void>
  /** Lets go of all who hang. */
  open(): void
}

export function createGate(): Gate {
  const opened = Promise.withResolvers<void>()
  let isReached = false
  let isOpen = false
  return {
    get isReached() {
      return isReached
    },
    async pass() {
      isReached = true
      if (!isOpen) await opened.promise
    },
    open() {
      isOpen = true
      opened.resolve()
    },
  }
}

/** The run is over, and as it should be: sealed, told of once, nothing left, nothing said afterwards, and the session works on. */
export async function expectClean(lab: Lab, result: RunResult, comeLate: () => void = () => {}): Promise<void> {
  const { session, clock, sink, ctx } = lab
  expect(validateTurn(result.turn)).toEqual([])
  expect(lostTexts(sink.events, result)).toEqual([])
  // An engine that tells nobody of its calls has results that nobody is told of.
  const called = new Set(
    sink.events.map(({ type, correlation }) => type === 'tool-call-finished' && correlation.toolCallId),
  )
  expect(untoldResults(sink.events, result).filter((call) => called.has(call))).toEqual([])
  expect(session.latest).toEqual(result.turn)
  expect(session.isRunning).toBe(false)
  expectQuiet(lab)
  const count = sink.events.length
  comeLate()
  await clock.advance(60_000)
  expect(sink.events.slice(count)).toEqual([])
  const next = await until(clock, session.submit('Again', {}, ctx).wait())
  expect([next.status, next.status === 'failed' && next.error]).toEqual(['completed', false])
  expectQuiet(lab)
  expectOneEndEach(sink.events)
  await expectSameInStore(lab)
}

/** No timer, no listener, no grammatical fault. */
export function expectQuiet({ clock, ctx, sink }: Lab): void {
  sink.assertComplete()
  expect(clock.scheduled).toBe(0)
  expect(getEventListeners(ctx.signal, 'abort')).toEqual([])
}

/** Each run has one start, first, and one end, last; and no run speaks in another one's time. */
export function expectOneEndEach(events: readonly Event[]): void {
  const order: (string | undefined)[] = []
  const types = new Map<string | undefined, Event[]>()
  for (const event of events) {
    const { runId } = event.correlation
    if (order.at(-1) !== runId) order.push(runId)
    types.set(runId, [...(types.get(runId) ?? []), event])
  }
  expect(order).toEqual([...types.keys()])
  for (const [runId, own] of types) {
    expect([runId, own[0]?.type, own.filter(({ type }) => type === 'run-started').length]).toEqual([
      runId,
      'run-started',
      1,
    ])
    expect([runId, own.findIndex(isTerminal)]).toEqual([runId, own.length - 1])
  }
}

/** The store has what the session has. */
export async function expectSameInStore({ store, session }: Pick<Lab, 'store' | 'session'>): Promise<void> {
  if (store === undefined) return
  const builder = { build: () => Promise.reject(new Error('unused')) }
  const opened = await Session.open(store, session.id, { builder })
  expect(opened.turnCount).toBe(session.turnCount)
  expect(opened.latest).toEqual(session.latest)
}

/** The outcomes of the tools' results in a turn. */
export function outcomesIn(turn: Turn): readonly string[] {
  return turn.blocks.flatMap((block) => (block.kind === 'tool-result' ? [block.outcome] : []))
}

/** All that the model said in a turn. */
export function textsIn(turn: Turn): readonly string[] {
  return turn.blocks.flatMap((block) => (block.kind === 'assistant' ? [block.text] : []))
}
