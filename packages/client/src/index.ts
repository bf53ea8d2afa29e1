export { type Client, type ClientOptions, createClient, type ListChoice } from './client.ts'
export { ClientError, type ClientErrorCode, isClientError } from './client-error.ts'
export type { Connectivity } from './connectivity.ts'
export type { ToolProgress } from './conversation.ts'
export type { PendingPrompt, PromptContent, PromptPart, SubmitChoice, Submitted } from './outbox.ts'
export type { RequestView, RunEvents, RunInfo, SentRequest, SnapshotView } from './protocol/debug.ts'
export type { Problem, ProblemCode } from './protocol/problem.ts'
export type {
  AcceptedRun,
  BranchView,
  EndedRun,
  Profile,
  ProfileList,
  QueuedPromptView,
  RunView,
  SessionInfo,
  SessionPage,
  TurnView,
} from './protocol/views.ts'
export type { SessionClient } from './session-client.ts'
export type { SessionDebug } from './session-debug.ts'
export type { SessionState } from './session-state.ts'
