export { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
export {
  type Cassette,
  parseCassette,
  type RecordedExchange,
  type RecordedToolCall,
} from './cassette.ts'
export type { ConformanceCase } from './conformance-case.ts'
export { type EngineConformanceOptions, engineConformance } from './conformance-engine.ts'
export type { EngineScenario } from './conformance-engine-call.ts'
export { type SinkConformanceOptions, sinkConformance } from './conformance-sink.ts'
export { type StoreConformanceOptions, storeConformance } from './conformance-store.ts'
export type { FaultMode, FaultPart, FaultPoint } from './fault-points.ts'
export type { CreateFaultProgram, FaultProgram, FaultWorld } from './fault-run.ts'
export type { FaultScheduler } from './fault-scheduler.ts'
export { createFaultTransport, type FaultPlan, type FaultTransport } from './fault-transport.ts'
export { createGrammarSink, type GrammarSink } from './grammar-sink.ts'
export { type Recording, type RecordOptions, recordSession } from './record-session.ts'
export { isReplayError, ReplayError, type ReplayErrorCode } from './replay-error.ts'
export { type ReplayOptions, replaySession } from './replay-session.ts'
export {
  createScriptedEngine,
  type Script,
  type ScriptAction,
  type ScriptedCall,
  type ScriptedEngine,
} from './scripted-engine.ts'
export { createSequentialIds } from './sequential-ids.ts'
export type { SessionProgram, SessionWorld } from './session-world.ts'
export {
  type FaultReport,
  type MetFault,
  type TriedRun,
  type TryEveryFaultOptions,
  tryEveryFault,
} from './try-every-fault.ts'
export type { WireAnswer, WireChunk, WireEnd, WireExchange, WireRequest } from './wire-exchange.ts'
export type { WireFault } from './wire-fault.ts'
