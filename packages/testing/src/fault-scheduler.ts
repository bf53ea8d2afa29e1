import type { Context } from '@geppetto/context'
import { defineMiddleware, type Engine, type Middleware, type Transport } from '@geppetto/engine'
import type { SnapshotHook, StepController } from '@geppetto/enginebuilder'
import { type EventSink, sessionIdFrom } from '@geppetto/events'
import type { EngineBuilder, SessionStore, TurnPersister } from '@geppetto/session'
import { idempotencyKeyFrom, type Tool, type ToolExecutor, type ToolHooks, toolCallIdFrom } from '@geppetto/tools'
import type { Turn } from '@geppetto/turns'
import type { FaultPoints } from './fault-points.ts'

/** Makes each call of what it wraps a point at which a fault may happen. Otherwise what is wrapped does what it always did. */
export interface FaultScheduler {
  builder(builder: EngineBuilder): EngineBuilder
  engine(engine: Engine): Engine
  transport(transport: Transport): Transport
  middleware(middleware: Middleware): Middleware
  tool(tool: Tool): Tool
  toolExecutor(executor: ToolExecutor): ToolExecutor
  /** Hooks of an executor; those that are not there stay away. */
  hooks(hooks: ToolHooks): ToolHooks
  sink(sink: EventSink): EventSink
  persister(persister: TurnPersister): TurnPersister
  snapshotHook(hook: SnapshotHook): SnapshotHook
  stepController(controller: StepController): StepController
  store(store: SessionStore): SessionStore
  /** A callback of the program's own, or a place in a script. */
  point<T>(name: string, work: () => T | Promise<T>): T | Promise<T>
}

/** A tool's having been executed. */
export interface ExecutedCall {
  /** The call's idempotency key. */
  readonly key: string
  readonly callId: string
  readonly tool: Tool
  /** Whether the store knew by then that the call was about to be started; true where there is no store. */
  readonly isRecorded: Promise<boolean>
}

/** What a scheduler learns beside. */
export interface FaultScheduling {
  readonly scheduler: FaultScheduler
  /** What was executed, in order. */
  readonly executions: readonly ExecutedCall[]
  /** The turns that the persister was given while the points were armed. */
  readonly persisted: readonly Turn[]
  /** The signals of the engine's calls while the points were armed. */
  readonly signals: readonly AbortSignal[]
  readonly hasPersister: () => boolean
  /** The store that was wrapped, without faults. */
  readonly store: () => SessionStore | undefined
}

/** Wraps parts so that their calls are points of `points`. */
export function scheduleFaults(points: FaultPoints): FaultScheduling {
  const executions: ExecutedCall[] = []
  const persisted: Turn[] = []
  const signals: AbortSignal[] = []
  let hasPersister = false
  let wrapped: SessionStore | undefined
  const scheduler: FaultScheduler = {
    builder: (builder) => ({
      build: (ctx, sessionId) => points.later('builder', 'build', () => builder.build(ctx, sessionId)),
    }),
    engine: (engine) => ({
      info: engine.info,
      ...(engine.prepare && { prepare: engine.prepare.bind(engine) }),
      runInference(ctx, turn) {
        if (points.isArmed) signals.push(ctx.signal)
        return points.promised('engine', 'runInference', () => engine.runInference(ctx, turn))
      },
    }),
    transport: (transport) => ({
      host: transport.host,
      send: (request, signal) => points.promised('transport', 'send', () => transport.send(request, signal)),
    }),
    middleware: (middleware) =>
      defineMiddleware(middleware.name, (next) => {
        const run = middleware(next)
        return (ctx, turn) => points.promised('middleware', middleware.name || 'anonymous', () => run(ctx, turn))
      }),
    tool: (tool) => withFaults(tool, points, executions, () => wrapped),
    toolExecutor: (executor) => ({
      ...(executor.recordsStarts && { recordsStarts: true }),
      execute: (ctx, request) => points.promised('tool executor', 'execute', () => executor.execute(ctx, request)),
    }),
    hooks: (hooks) => hooksWithFaults(hooks, points),
    sink: (sink) => ({
      ...(sink.delivery && { delivery: sink.delivery }),
      publish: (event) => points.later('sink', event.type, () => sink.publish(event)),
    }),
    persister(persister) {
      hasPersister = true
      return {
        persistTurn(ctx, turn) {
          if (points.isArmed) persisted.push(turn)
          return points.later('persister', 'persistTurn', () => persister.persistTurn(ctx, turn))
        },
      }
    },
    snapshotHook: (hook) => (ctx, snapshot) => points.later('snapshot hook', snapshot.phase, () => hook(ctx, snapshot)),
    stepController: (controller) => ({
      pause: (ctx, point) => points.promised('step controller', point.phase, () => controller.pause(ctx, point)),
    }),
    store(store) {
      wrapped = store
      return storeWithFaults(store, points)
    },
    point: (name, work) => points.later('program', name, work),
  }
  return { scheduler, executions, persisted, signals, hasPersister: () => hasPersister, store: () => wrapped }
}

function withFaults(
  tool: Tool,
  points: FaultPoints,
  executions: ExecutedCall[],
  storeOf: () => SessionStore | undefined,
): Tool {
  if (tool.execute === undefined) return tool
  const execute = tool.execute.bind(tool)
  const reconcile = tool.reconcile?.bind(tool)
  return Object.freeze({
    ...tool,
    ...(reconcile && {
      reconcile: (input: unknown, ctx: Context) =>
        points.later('tool', `${tool.name} reconcile`, () => reconcile(input, ctx)),
    }),
    execute(input: unknown, ctx: Context) {
      const [key, callId] = [idempotencyKeyFrom(ctx), toolCallIdFrom(ctx)]
      // An executor that is not ours does not say which call it is.
      if (key !== undefined && callId !== undefined)
        executions.push({ key, callId, tool, isRecorded: hasStarted(storeOf(), sessionIdFrom(ctx), callId) })
      return points.later('tool', tool.name, () => execute(input, ctx))
    },
  })
}

/** Whether the store has the record that the call was about to be started. */
async function hasStarted(
  store: SessionStore | undefined,
  sessionId: string | undefined,
  callId: string,
): Promise<boolean> {
  if (store === undefined || sessionId === undefined) return true
  for await (const { type, ...record } of store.read(sessionId))
    if (type === 'call-started' && record.callId === callId) return true
  return false
}

function hooksWithFaults(hooks: ToolHooks, points: FaultPoints): ToolHooks {
  const { authorize, beforeExecution, maskInput, shouldRetry } = hooks
  return {
    ...(authorize && {
      authorize: (ctx, call) => points.later('hook', 'authorize', () => authorize.call(hooks, ctx, call)),
    }),
    ...(beforeExecution && {
      beforeExecution: (ctx, call) =>
        points.later('hook', 'beforeExecution', () => beforeExecution.call(hooks, ctx, call)),
    }),
    ...(maskInput && { maskInput: (call) => points.now('hook', 'maskInput', () => maskInput.call(hooks, call)) }),
    ...(shouldRetry && {
      shouldRetry: (call, error, attempt) =>
        points.now('hook', 'shouldRetry', () => shouldRetry.call(hooks, call, error, attempt)),
    }),
  }
}

function storeWithFaults(store: SessionStore, points: FaultPoints): SessionStore {
  return {
    ...store,
    acquire: (...args) => points.promised('store', 'acquire', () => store.acquire(...args)),
    renew: (...args) => points.promised('store', 'renew', () => store.renew(...args)),
    release: (...args) => points.promised('store', 'release', () => store.release(...args)),
    commit: (...args) => points.promised('store', 'commit', () => store.commit(...args)),
    appendEvents: (...args) => points.promised('store', 'appendEvents', () => store.appendEvents(...args)),
    async *read(...args) {
      yield* await points.later('store', 'read', () => store.read(...args))
    },
  }
}
