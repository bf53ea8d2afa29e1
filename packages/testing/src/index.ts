export { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
export type { ConformanceCase } from './conformance-case.ts'
export { type EngineConformanceOptions, engineConformance } from './conformance-engine.ts'
export type { EngineScenario } from './conformance-engine-call.ts'
export { type SinkConformanceOptions, sinkConformance } from './conformance-sink.ts'
export { type StoreConformanceOptions, storeConformance } from './conformance-store.ts'
export { createGrammarSink, type GrammarSink } from './grammar-sink.ts'
export {
  createScriptedEngine,
  type Script,
  type ScriptAction,
  type ScriptedCall,
  type ScriptedEngine,
} from './scripted-engine.ts'
export { createSequentialIds } from './sequential-ids.ts'
