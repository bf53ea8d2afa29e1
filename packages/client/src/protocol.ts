export type { PauseIntent, RequestView, RunEvents, RunInfo, SentRequest, SnapshotView } from './protocol/debug.ts'
export type {
  AnswerIntent,
  CancelIntent,
  ChangeSessionIntent,
  CheckoutIntent,
  CreateSessionIntent,
  EditIntent,
  EditQueuedIntent,
  ForkIntent,
  RegenerateIntent,
  ResumeIntent,
  Said,
  SaidPart,
  SubmitIntent,
} from './protocol/intents.ts'
export {
  isProblemCode,
  isRetryableProblem,
  type Problem,
  type ProblemCode,
  type ProblemDetails,
  problemOf,
} from './protocol/problem.ts'
export { formatCursor, parseCursor, streamFrames } from './protocol/stream.ts'
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
  SessionSnapshot,
  SessionStatus,
  TurnView,
  UploadedFile,
} from './protocol/views.ts'
