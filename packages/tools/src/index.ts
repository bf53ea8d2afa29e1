export { createToolExecutor, type ToolExecutorOptions } from './create-executor.ts'
export { defineTool, type ToolOptions } from './define-tool.ts'
export type {
  Authorization,
  ToolCall,
  ToolExecution,
  ToolExecutionRequest,
  ToolExecutor,
  ToolHooks,
} from './executor.ts'
export { type CallFinding, type ReconcileRequest, reconcileCall } from './reconcile-call.ts'
export { createToolRegistry, type ToolRegistry } from './registry.ts'
export type { ReconcileFunction, Reconciliation, Tool, ToolEffects, ToolFunction } from './tool.ts'
export { assertToolConfig, type ToolConfig } from './tool-config.ts'
export { idempotencyKeyFrom, toolCallIdFrom } from './tool-context.ts'
export { isToolError, ToolError, type ToolErrorCode } from './tool-error.ts'
