import type { Engine } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import type { EngineBuilder } from '@geppetto/session'
import { createToolExecutor, type Tool, type ToolHooks } from '@geppetto/tools'
import { defined } from '@geppetto/turns'
import { ChatBackend } from './backend.ts'
import type { ChatOptions } from './options.ts'
import type { SessionShelf } from './sessions/shelf.ts'

/** What the chat is put together from. */
export interface ChatParts {
  /** What answers first. */
  readonly engine: Engine
  readonly tools: readonly Tool[]
  /** Where the events of every answer go. */
  readonly sink: EventSink
  readonly shelf: SessionShelf
  /** Decides on each tool call. */
  readonly authorize: NonNullable<ToolHooks['authorize']>
  /** See `AnswerLimits`. */
  readonly signal: AbortSignal
}

/** The chat, and how another engine is made to answer in it. */
export interface WiredChat {
  readonly backend: ChatBackend
  readonly answerWith: (engine: Engine) => void
}

/** Wires the chat: the one place where options meet packages. */
export function createBackend(options: ChatOptions, parts: ChatParts): WiredChat {
  const { engine, tools, sink, shelf, authorize, signal } = parts
  const { system, maxIterations, toolChoice, maxParallelTools, timeoutSeconds } = options
  const around = {
    middlewares: system === undefined ? [] : [systemPrompt(system)],
    eventSinks: [sink],
    tools,
    toolConfig: { enabled: options.tools, ...defined({ choice: toolChoice, maxParallel: maxParallelTools }) },
    loopConfig: defined({ maxIterations }),
    toolExecutor: createToolExecutor({ hooks: { authorize } }),
  }
  const builderOf = (base: Engine): EngineBuilder => createEngineBuilder({ ...around, base })
  const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000
  const backend = new ChatBackend(builderOf(engine), { signal, ...defined({ timeoutMs }) }, shelf)
  return { backend, answerWith: (other) => backend.answerWith(builderOf(other)) }
}
