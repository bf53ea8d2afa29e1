import type { Engine } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import { type EngineBuilder, Session } from '@geppetto/session'
import { createToolExecutor, type Tool, type ToolHooks } from '@geppetto/tools'
import { defined } from '@geppetto/turns'
import { ChatBackend } from './backend.ts'
import type { ChatOptions } from './options.ts'

/** What the chat is put together from. */
export interface ChatParts {
  /** What answers next; asked for at each answer. */
  readonly engine: () => Engine
  readonly tools: readonly Tool[]
  /** Where the events of every answer go. */
  readonly sink: EventSink
  /** Decides on each tool call. */
  readonly authorize: NonNullable<ToolHooks['authorize']>
  /** See `BackendLimits`. */
  readonly signal: AbortSignal
}

/** Wires the chat: the one place where options meet packages. */
export function createBackend(options: ChatOptions, parts: ChatParts): ChatBackend {
  const { engine, tools, sink, authorize, signal } = parts
  const { system, maxIterations, toolChoice, maxParallelTools, timeoutSeconds } = options
  const around = {
    middlewares: system === undefined ? [] : [systemPrompt(system)],
    eventSinks: [sink],
    tools,
    toolConfig: { enabled: options.tools, ...defined({ choice: toolChoice, maxParallel: maxParallelTools }) },
    loopConfig: defined({ maxIterations }),
    toolExecutor: createToolExecutor({ hooks: { authorize } }),
  }
  // The history is the session's: who answers may change between two answers.
  const builder: EngineBuilder = {
    build: (ctx, sessionId) => createEngineBuilder({ ...around, base: engine() }).build(ctx, sessionId),
  }
  const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000
  return new ChatBackend(new Session({ builder }), { signal, ...defined({ timeoutMs }) })
}
