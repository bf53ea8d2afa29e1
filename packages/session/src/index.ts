export type { AnsweredCall } from './answers.ts'
export { fromBase64, toBase64 } from './base64.ts'
export { hashOf as blobHash } from './blobs.ts'
export type { BranchSummary } from './branch-summary.ts'
export type {
  EngineBuilder,
  InferenceRunner,
  Resumption,
  RunScope,
  TurnPersister,
  UnsureCallDecision,
} from './builder.ts'
export type { ExecutionHandle } from './execution-handle.ts'
export { exportSession } from './export-session.ts'
export type { ForkOptions } from './fork-session.ts'
export type { Graces } from './graces.ts'
export type { Branch } from './history-node.ts'
export type { ImportOptions } from './import-options.ts'
export { importSession } from './import-session.ts'
export { type ListedRun, listRuns } from './list-runs.ts'
export { createMemoryStore } from './memory-store.ts'
export { type PruneOptions, pruneSession } from './prune-session.ts'
export { readSaid, type SaidTexts } from './read-said.ts'
export type { DecideUnsureCall, ResumeOptions } from './resume.ts'
export type { InferenceOptions, StartOptions } from './run-host.ts'
export {
  assertCompleted,
  type CancelledRun,
  type CompletedRun,
  type FailedRun,
  type RunFacts,
  type RunResult,
  type WaitingRun,
} from './run-result.ts'
export type { RunSummary } from './run-summary.ts'
export { Session } from './session.ts'
export {
  isSessionBusyError,
  isSessionConflictError,
  isSessionError,
  SessionBusyError,
  SessionConflictError,
  SessionError,
  type SessionErrorCode,
  type StoreFailureReason,
} from './session-error.ts'
export type { OpenOptions, Prompt, SessionOptions } from './session-options.ts'
export type { ActiveRun } from './session-storage.ts'
export type { TurnPlace } from './session-turns.ts'
export type { Snapshot, SnapshotPhase } from './snapshot.ts'
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
} from './store.ts'
export type { QueuedPrompt } from './submission-queue.ts'
export type { SubmitOptions } from './submissions.ts'
export type { Transcript, TranscriptTurn } from './transcript.ts'
