export { createGrammarSink, type GrammarSink } from './grammar-sink.ts'
export { createManualClock, type ManualClock, settlePromises } from './manual-clock.ts'
export {
  createScriptedEngine,
  type Script,
  type ScriptAction,
  type ScriptedCall,
  type ScriptedEngine,
} from './scripted-engine.ts'
export { createSequentialIds } from './sequential-ids.ts'
