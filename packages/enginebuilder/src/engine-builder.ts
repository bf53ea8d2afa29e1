import { callEngine, type Engine, type Middleware, type RunInference } from '@geppetto/engine'
import type { EventSink } from '@geppetto/events'
import { composeMiddlewares, isRetry, type RetryOptions, retry } from '@geppetto/middleware'
import type { EngineBuilder, InferenceRunner, TurnPersister } from '@geppetto/session'
import {
  assertToolConfig,
  createToolExecutor,
  createToolRegistry,
  type Tool,
  type ToolConfig,
  type ToolExecutor,
  type ToolRegistry,
} from '@geppetto/tools'
import { checkOptions } from './check-options.ts'
import { defaultMaxIterations, type LoopConfig } from './loop-config.ts'
import { countTokens, showRequest } from './show-request.ts'
import type { SnapshotHook } from './snapshot.ts'
import type { StepController } from './step-controller.ts'
import { offerTools, runToolLoop, type ToolLoop } from './tool-loop.ts'

/** What runs a session's turns: an engine, and what stands around it. */
export interface EngineBuilderOptions {
  /** Makes the provider calls. */
  readonly base: Engine
  /** Around each provider call; the first is the outermost. */
  readonly middlewares?: readonly Middleware[]
  /** How failed provider calls are made again, innermost; `false`: not at all. Default: as by `retry()`, unless `middlewares` holds one made by it. */
  readonly retry?: RetryOptions | false
  /** Where the run's events go. */
  readonly eventSinks?: readonly EventSink[]
  readonly tools?: readonly Tool[] | ToolRegistry
  readonly toolConfig?: ToolConfig
  readonly loopConfig?: LoopConfig
  /** Default: `createToolExecutor()`. */
  readonly toolExecutor?: ToolExecutor
  readonly snapshotHook?: SnapshotHook
  readonly stepController?: StepController
  readonly persister?: TurnPersister
}

/**
 * Makes what a session runs its turns with: the canonical place to wire sinks, tools and middlewares.
 * @throws BuilderError `invalid_options`; EngineError `invalid_options` about `retry`; ToolError `duplicate_tool`, `invalid_config`, `unknown_tool`.
 */
export function createEngineBuilder(options: EngineBuilderOptions): EngineBuilder {
  checkOptions(options)
  const { base, eventSinks = [], tools = [], persister } = options
  const registry = 'definitions' in tools ? tools : createToolRegistry(tools)
  const { middlewares = [] } = options
  const ownRetry = createRetry(options)
  const config = options.toolConfig ?? {}
  assertToolConfig(config, registry)
  const loop: ToolLoop = {
    // Tools that are not offered are not run either: a call of one is answered as that of an unknown tool.
    registry: config.enabled === false ? createToolRegistry([]) : registry,
    config,
    executor: options.toolExecutor ?? createToolExecutor(),
    maxIterations: options.loopConfig?.maxIterations ?? defaultMaxIterations,
    snapshotHook: options.snapshotHook,
    stepController: options.stepController,
  }
  const callBase: RunInference = (ctx, turn) => callEngine(base, ctx, turn)
  // Our own one is not watched as those of others are: it changes no block.
  const callProvider = composeMiddlewares(middlewares, ownRetry === undefined ? callBase : ownRetry(callBase))
  const runner: InferenceRunner = {
    eventSinks,
    ...(persister === undefined ? undefined : { persister }),
    runInference: (ctx, turn, scope) => runToolLoop(loop, callProvider, ctx, turn, scope),
    prepare: (ctx, turn) => showRequest(base, middlewares, ctx, offerTools(loop, turn, 1)),
    countTokens: (ctx, turn) => countTokens(base, middlewares, ctx, offerTools(loop, turn, 1)),
  }
  return { build: () => runner }
}

/** Retries have one owner: two of them would multiply. */
function createRetry({ middlewares = [], retry: options }: EngineBuilderOptions): Middleware | undefined {
  return options === false || middlewares.some(isRetry) ? undefined : retry(options)
}
