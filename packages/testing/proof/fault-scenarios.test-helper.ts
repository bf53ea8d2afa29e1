import { type Context, sleep } from '@geppetto/context'
import {
  createAdapterEngine,
  defineMiddleware,
  type Engine,
  isEngineError,
  type Middleware,
  type Transport,
} from '@geppetto/engine'
import { createEngineBuilder, createStepController, type ManualStepController } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { fallback, type RetryOptions, retry, systemPrompt } from '@geppetto/middleware'
import { createMemoryStore, type EngineBuilder, Session } from '@geppetto/session'
import { createToolExecutor, defineTool, type Tool } from '@geppetto/tools'
import { type Block, pendingCalls, type Turn } from '@geppetto/turns'
import { z } from 'zod'
import type { CreateFaultProgram, FaultProgram, FaultWorld } from '../src/fault-run.ts'
import type { FaultScheduler } from '../src/fault-scheduler.ts'
import { createScriptedEngine, type ScriptAction, type ScriptedCall } from '../src/scripted-engine.ts'
import { toStream, type Word, wordAdapter } from '../src/word-adapter.test-helper.ts'
import { type Decide, leaveCalls, resuming } from './resumption.test-helper.ts'

/** The runs that meet every fault. Each has a store, a persister, a middleware, a sink that waits and one that does not. */
export const faultScenarios: Readonly<Record<string, CreateFaultProgram>> = {
  'a text': (world) =>
    program(world, {
      engine: scripted((_turn, point) => [
        { reasoning: 'Brief.' },
        { text: ['Hel', 'lo'] },
        point,
        { text: [' the', 're'] },
        { usage: { input: { uncached: 1 }, output: { text: 1 }, source: 'reported' } },
      ]),
    }),
  'parallel tools': (world) => program(world, { engine: scripted(twoCallsAndAnswer), tools: true }),
  'three provider calls': (world) => program(world, { engine: scripted(threeCalls), tools: true }),
  'a step pause': (world) => program(world, { engine: scripted(twoCallsAndAnswer), tools: true, pauses: true }),
  'a retry': (world) => program(world, { engine: scripted(failsOnce), tools: true, retries: retry(again) }),
  'a retry without a word': (world) =>
    program(world, { engine: scripted(failsOnce), tools: true, retries: retryInSilence, retry: false }),
  'a fallback': (world) => program(world, { engine: scripted(failsOnce), tools: true, retries: fallbackTo(world) }),
  'arguments that are cut': (world) => program(world, { engine: scripted(cutsArguments), tools: true }),
  'an answer to a call that waited': async (world) => {
    const made = program(world, { engine: scripted(asksElsewhere), tools: true })
    const { session } = made
    await world.drive(session.submit('Ask', {}, world.ctx))
    const [call] = session.latest === undefined ? [] : pendingCalls(session.latest)
    if (call === undefined) throw new Error('the first run should wait for an answer')
    const start = () => {
      session.answerToolCalls([{ callId: call.callId, content: 'yes' }])
      return session.startInference(world.ctx)
    }
    return { ...made, start }
  },
  'calls that an interrupted run left': (world) => {
    const decide: Decide = (_, { callId }) =>
      Promise.resolve(
        world.faults.point('decide', () => ({ decision: callId === 'c2' ? ('run' as const) : ('tell' as const) })),
      )
    const unsure = new Set(['c1', 'c2', 'c3', 'c4'])
    const around = (builder: EngineBuilder) => resuming(builder, unsure, decide)
    const made = program(world, { engine: scripted(saysDone), tools: true, around })
    leaveCalls(made.session, ['read c1', 'write c2', 'write_once c3', 'write c4', 'write c5'], unsure)
    return { ...made, start: () => made.session.startInference(world.ctx) }
  },
  'an adapter engine': (world) => program(world, { engine: spoken, tools: true }),
  'an adapter engine that is called once': (world) => program(world, { engine: spoken, tools: true, retry: false }),
}

interface Parts {
  readonly engine: (world: FaultWorld) => Engine
  readonly tools?: boolean
  readonly pauses?: boolean
  readonly retries?: Middleware
  /** Whether the builder adds its own. */
  readonly retry?: false
  readonly around?: (builder: EngineBuilder) => EngineBuilder
}

function program(world: FaultWorld, parts: Parts): FaultProgram {
  const { faults, clock, ids, ctx } = world
  const controller = createStepController()
  const builder = createEngineBuilder({
    base: faults.engine(parts.engine(world)),
    middlewares: [systemPrompt('Be brief.'), faults.middleware(passing), ...(parts.retries ? [parts.retries] : [])],
    ...(parts.retry === false ? { retry: false } : undefined),
    tools: parts.tools ? tools(faults) : [],
    toolConfig: parts.retries ? { errorHandling: 'retry' } : {},
    eventSinks: [
      faults.sink({ publish: () => {} }),
      faults.sink({ publish: (event) => slowly(ctx, event.type) }),
      continuing(controller),
    ],
    toolExecutor: faults.toolExecutor(
      createToolExecutor({
        hooks: faults.hooks({
          authorize: () => ({ decision: 'allow' }),
          beforeExecution: () => {},
          maskInput: (call) => call.rawInput,
          shouldRetry: () => true,
        }),
      }),
    ),
    snapshotHook: faults.snapshotHook(() => {}),
    ...(parts.pauses ? { stepController: faults.stepController(controller) } : undefined),
    persister: faults.persister({ persistTurn: () => {} }),
  })
  const store = faults.store(createMemoryStore({ clock }))
  const around = parts.around?.(builder) ?? builder
  const session = new Session({ builder: faults.builder(around), store, clock, ids, id: 'session' })
  return {
    session,
    start() {
      session.appendNewTurnFromUserPrompt('Go')
      return session.startInference(ctx)
    },
  }
}

/** Back-pressure, at the end of each call only: what it holds up is then seen at every step. */
function slowly(ctx: Context, type: string): void | Promise<void> {
  if (type === 'provider-call-finished') return sleep(ctx, 1)
}

const passing = defineMiddleware('passing', (next) => (ctx, turn) => next(ctx, turn))

/** Takes back what was said. */
const again: RetryOptions = { afterVisible: 'restart', backoffMs: 10 }

/** Asks another engine, which does what the first would do after its failure. */
function fallbackTo({ faults }: FaultWorld): Middleware {
  const point: ScriptAction = { run: () => faults.point('script', () => {}) }
  const other = createScriptedEngine((turn) => failsOnce(turn, point, 2), { model: 'other' })
  return fallback([faults.engine(other)], { afterVisible: 'restart' })
}

/** As somebody writes it who does not know of sinks. */
const retryInSilence = defineMiddleware(
  'retry',
  (next) => async (ctx, turn) =>
    next(ctx, turn).catch((error: unknown) => {
      if (!mayPass(error)) throw error
      return next(ctx, turn)
    }),
)

function mayPass(error: unknown): boolean {
  return isEngineError(error) && error.retryable
}

function continuing(controller: ManualStepController): EventSink {
  return {
    publish(event) {
      if (event.type !== 'debugger-paused') return
      const { pauseId } = event
      // An abort may have ended the pause by then.
      const goOn = () =>
        void (controller.pending.some((pause) => pause.pauseId === pauseId) && controller.continue(pauseId))
      queueMicrotask(goOn)
    },
  }
}

type Answer = (turn: Turn, point: ScriptAction, call: number) => ScriptedCall

function scripted(answer: Answer): Parts['engine'] {
  return ({ faults }) =>
    createScriptedEngine((turn, call) => answer(turn, { run: () => faults.point('script', () => {}) }, call))
}

/** The blocks since the user spoke last. */
function newest(turn: Turn): readonly Block[] {
  return turn.blocks.slice(turn.blocks.findLastIndex((block) => block.kind === 'user'))
}

function resultsIn(turn: Turn): number {
  return newest(turn).filter((block) => block.kind === 'tool-result').length
}

function twoCallsAndAnswer(turn: Turn, point: ScriptAction): ScriptedCall {
  return resultsIn(turn) === 0 ? [{ text: 'Both.' }, point, ...callBoth] : [point, { text: ['Do', 'ne.'] }]
}

const callBoth: ScriptedCall = [
  { toolCall: 'read', input: { key: 'a' } },
  { toolCall: 'write', input: { key: 'b' } },
]

function threeCalls(turn: Turn, point: ScriptAction): ScriptedCall {
  const results = resultsIn(turn)
  if (results === 0) return [{ reasoning: 'Both.' }, { text: ['I look ', 'it up'] }, point, ...callBoth]
  if (results === 2) return [{ text: 'Once more' }, { delayMs: 3 }, { toolCall: 'write', input: { key: 'c' } }]
  return [{ text: 'Done.' }, point]
}

/** The provider fails after its first words, then a tool does. */
function failsOnce(turn: Turn, point: ScriptAction, call: number): ScriptedCall {
  if (call === 1) return [{ text: 'Well' }, point, { fail: 'overloaded' }]
  if (resultsIn(turn) > 0) return [{ text: 'Done.' }]
  return [
    { text: 'Again:' },
    point,
    { toolCall: 'unsteady', input: { key: 'a' } },
    { toolCall: 'write', input: { key: 'b' } },
  ]
}

function cutsArguments(turn: Turn, point: ScriptAction): ScriptedCall {
  if (resultsIn(turn) > 0) return [{ text: 'Done.' }]
  return [{ toolCall: 'write', raw: '{"key":"a' }, point, { toolCall: 'write', raw: '{"key":1}' }]
}

function asksElsewhere(turn: Turn, point: ScriptAction): ScriptedCall {
  const asked = newest(turn)[0]
  const isFirst = asked?.kind === 'user' && JSON.stringify(asked.content).includes('Ask')
  if (resultsIn(turn) === 0 && isFirst) return [{ toolCall: 'elsewhere', input: { key: 'a' } }]
  return [{ text: 'So be' }, point, { text: ' it.' }]
}

function saysDone(_: Turn, point: ScriptAction): ScriptedCall {
  return [point, { text: 'Done.' }]
}

/** An adapter engine over a body that comes in pieces, with time between. */
function spoken({ faults, clock }: FaultWorld): Engine {
  const transport: Transport = {
    host: 'embedded',
    async send(request) {
      const isAnswered = request.body.includes('"result"')
      const words: readonly Word[] = isAnswered
        ? [{ say: 'Done' }, { say: '.' }, { stop: 'end' }]
        : [{ say: 'Wait' }, { call: 'write', input: { key: 'a' } }, { stop: 'tools' }]
      const chunks = words.map((word) => new TextEncoder().encode(toStream([word])))
      return { status: 200, headers: new Headers(), body: inPieces(chunks, clock) }
    },
  }
  return createAdapterEngine(wordAdapter, faults.transport(transport), { defaults: { model: 'm' } })
}

function inPieces(chunks: readonly Uint8Array[], clock: FaultWorld['clock']): ReadableStream<Uint8Array> {
  const left = [...chunks]
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk === undefined) return controller.close()
      return new Promise<void>((resolve) => {
        stop = clock.schedule(() => {
          controller.enqueue(chunk)
          resolve()
        }, 1)
      })
    },
    cancel: () => stop(),
  })
}

function tools(faults: FaultScheduler): readonly Tool[] {
  const input = z.object({ key: z.string() })
  let attempts = 0
  return [
    defineTool({
      name: 'read',
      description: 'Reads.',
      input,
      effects: 'none',
      async execute({ key }, ctx) {
        await sleep(ctx, 5)
        return `value of ${key}`
      },
    }),
    defineTool({
      name: 'write',
      description: 'Writes.',
      input,
      async execute(_, ctx) {
        await sleep(ctx, 2)
        return 'written'
      },
    }),
    defineTool({
      name: 'write_once',
      description: 'Writes, and remembers what.',
      input,
      execute: () => 'written',
      reconcile: () => ({ state: 'ran', output: 'written before' }),
    }),
    defineTool({
      name: 'unsteady',
      description: 'Fails at first.',
      input,
      effects: 'idempotent',
      execute() {
        attempts++
        if (attempts === 1) throw new Error('not yet')
        return 'now'
      },
    }),
    defineTool({ name: 'elsewhere', description: 'Is run by somebody else.', input }),
  ].map((tool) => faults.tool(tool))
}
