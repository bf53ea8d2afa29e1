import type { Context } from '@geppetto/context'
import type { Warning } from '@geppetto/events'
import type { JsonValue, ToolCallBlock, ToolResultBlock } from '@geppetto/turns'
import type { ToolRegistry } from './registry.ts'
import type { Tool } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'

/** One call of a known tool with arguments that fit its schema. */
export interface ToolCall {
  readonly callId: string
  readonly tool: Tool
  /** As the schema returned them. */
  readonly input: unknown
  /** As the model gave them. */
  readonly rawInput: JsonValue
}

/**
 * What a program may say about calls. One that throws fails the call, not the run. `ctx` is the call's: `idempotencyKeyFrom(ctx)`
 * names it. Nothing that a hook does to the arguments reaches the tool, which has its own: with hooks, the schema reads them twice.
 */
export interface ToolHooks {
  /**
   * Asked before anything of the call happens and not limited by the tool's timeout. Asked for one call at a time, in the order of the
   * calls, so that it may ask a person; calls that are allowed run meanwhile.
   */
  readonly authorize?: (ctx: Context, call: ToolCall) => Authorization | Promise<Authorization>
  /** Called once per call, right before `execute` is called first; until it resolves nothing has been started. */
  readonly beforeExecution?: (ctx: Context, call: ToolCall) => void | Promise<void>
  /** What events show of the arguments. Where it throws they show `[masking failed]`, and the call goes on. */
  readonly maskInput?: (call: ToolCall) => JsonValue
  /** Whether to try again; only asked where the config and the tool's effects allow it. `error` is what the tool threw, or a `ToolError` `timed_out`; `attempt` is the one that failed, from 1. Default: yes. */
  readonly shouldRetry?: (call: ToolCall, error: unknown, attempt: number) => boolean
}

/** The answer to a call's request to run: `wait` ends the run as `waiting`, until somebody decides. */
export type Authorization =
  | { readonly decision: 'allow' }
  | { readonly decision: 'deny'; readonly reason: string }
  | { readonly decision: 'wait' }

/** What came of the calls of one step. */
export interface ToolExecution {
  /** One result per call, in the order of the calls, whatever happened. Calls that wait have the outcome `pending`. */
  readonly results: readonly ToolResultBlock[]
  /** What ended the step before its end: with error handling `abort` the `ToolError` of a call, or what `recordStart` rejected with. */
  readonly error?: unknown
  /** Tools that did not stop when their signal aborted, and were abandoned. */
  readonly warnings?: readonly Warning[]
}

/** What the executor works with. */
export interface ToolExecutionRequest {
  readonly calls: readonly ToolCallBlock[]
  readonly registry: ToolRegistry
  readonly config: ToolConfig
  /**
   * To be waited for right before a call with side effects is started, so that the call is known to have been started also when the process
   * dies. Where it rejects, the call is not run, and the step ends with what it rejected with.
   */
  readonly recordStart?: (call: ToolCallBlock) => Promise<void>
  /** Ids of calls that may have run in an earlier run, and are to be run again: of one that is not started now, the outcome is `unknown`. */
  readonly mayHaveRun?: ReadonlySet<string>
}

/**
 * Runs the calls of one step. Never rejects for what a model or a tool did; on an abort every call still gets a result that says honestly
 * what became of it, at most `abortGraceMs` later. Rejects with a ToolError `invalid_config` before anything was run.
 */
export interface ToolExecutor {
  /**
   * That it waits for `recordStart` before it starts a call with side effects. Where it does not say so, it is not given `recordStart`, and all
   * calls that may have side effects are recorded before it gets any.
   */
  readonly recordsStarts?: true
  execute(ctx: Context, request: ToolExecutionRequest): Promise<ToolExecution>
}
