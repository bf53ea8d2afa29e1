export type {
  EngineBuilder,
  InferenceRunner,
  Resumption,
  RunScope,
  TurnPersister,
  UnsureCallDecision,
} from './contract/builder.ts'
export type { ExecutionHandle } from './contract/execution-handle.ts'
export type { Graces } from './contract/graces.ts'
export {
  assertCompleted,
  type CancelledRun,
  type CompletedRun,
  type FailedRun,
  type RunFacts,
  type RunResult,
  type WaitingRun,
} from './contract/run-result.ts'
export type { RunSummary } from './contract/run-summary.ts'
export {
  isSessionBusyError,
  isSessionConflictError,
  isSessionError,
  SessionBusyError,
  SessionConflictError,
  SessionError,
  type SessionErrorCode,
  type StoreFailureReason,
} from './contract/session-error.ts'
export type { SessionKeeper } from './contract/session-keeper.ts'
export type { OpenOptions, Prompt, SessionOptions } from './contract/session-options.ts'
export type { Snapshot, SnapshotPhase } from './contract/snapshot.ts'
export type { InferenceOptions, StartOptions } from './contract/start-options.ts'
export type {
  Commit,
  EventBatch,
  Head,
  Inbox,
  Lease,
  LeaseRequest,
  SessionMetadata,
  SessionStore,
  SessionSummary,
  StoreCapabilities,
  StoredBlob,
  StoredEvent,
  StoredNote,
  StoredRecord,
} from './contract/store.ts'
export type { ForkOptions } from './fork-session.ts'
export type { AnsweredCall } from './history/answers.ts'
export type { BranchSummary } from './history/branch-summary.ts'
export type { Branch } from './history/history-node.ts'
export { type ListedRun, listRuns } from './history/list-runs.ts'
export { readSaid, type SaidTexts } from './history/read-said.ts'
export type { Transcript, TranscriptTurn } from './history/transcript.ts'
export { createMemoryStore } from './memory-store.ts'
export type { QueuedPrompt } from './queue/submission-queue.ts'
export type { SubmitOptions } from './queue/submissions.ts'
export type { DecideUnsureCall, ResumeOptions } from './runs/resume.ts'
export { Session } from './session.ts'
export { type ActiveRun, sessionKeeper } from './session-storage.ts'
export type { TurnPlace } from './session-turns.ts'
export { fromBase64, toBase64 } from './store/base64.ts'
export { hashOf as blobHash } from './store/blobs.ts'
export { type ExportOptions, exportSession } from './transfer/export-session.ts'
export type { ImportOptions } from './transfer/import-options.ts'
export { importSession } from './transfer/import-session.ts'
export { type PruneOptions, pruneSession } from './transfer/prune-session.ts'
