export type { Snapshot, SnapshotPhase } from '@geppetto/session'
export { BuilderError, type BuilderErrorCode, isBuilderError } from './builder-error.ts'
export { createEngineBuilder, type EngineBuilderOptions } from './engine-builder.ts'
export type { LoopConfig } from './loop-config.ts'
export type { SnapshotHook } from './snapshot.ts'
export {
  createStepController,
  type ManualStepController,
  type PausePhase,
  type PausePoint,
  type PendingPause,
  type StepController,
  type StepControllerOptions,
} from './step-controller.ts'
