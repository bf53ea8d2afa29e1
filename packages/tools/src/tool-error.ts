import { defined, GeppettoError, isOfFamily } from '@geppetto/turns'

/** What can be wrong with tools, with how they are used, or with a call. */
export type ToolErrorCode =
  /** A tool is not defined as it must be. */
  | 'invalid_tool'
  /** What was given to `jsonSchema` is no JSON Schema. */
  | 'invalid_schema'
  | 'invalid_config'
  /** Two tools have the same name. */
  | 'duplicate_tool'
  | 'unknown_tool'
  /** Two calls of one step have the same id. */
  | 'duplicate_call'
  /** The arguments did not arrive whole, are not JSON, or do not fit the tool's schema. */
  | 'invalid_input'
  /** What the tool returned cannot be sent to a model, or does not fit its output schema. */
  | 'invalid_output'
  /** A hook of the executor threw. */
  | 'hook_failed'
  /** The tool threw; `cause` is what. */
  | 'execution_failed'
  | 'timed_out'

/** Thrown where tools are defined and wired, and recorded for a call that failed. */
export class ToolError extends GeppettoError {
  override readonly name = 'ToolError'
  declare readonly code: ToolErrorCode
  readonly toolName?: string
  readonly callId?: string

  constructor(
    code: ToolErrorCode,
    message: string,
    options: ErrorOptions & { readonly toolName?: string; readonly callId?: string } = {},
  ) {
    super('geppetto/tools', code, message, 'cause' in options ? { cause: options.cause } : {})
    Object.assign(this, defined({ toolName: options.toolName, callId: options.callId }))
  }
}

/** Whether `error` is a {@link ToolError}. */
export function isToolError(error: unknown): error is ToolError {
  return isOfFamily(error, 'geppetto/tools')
}
