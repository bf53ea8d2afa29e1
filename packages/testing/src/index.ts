export { createManualClock, type ManualClock, settlePromises } from '@geppetto/context/manual-clock'
export { createGrammarSink, type GrammarSink } from './grammar-sink.ts'
export {
  createScriptedEngine,
  type Script,
  type ScriptAction,
  type ScriptedCall,
  type ScriptedEngine,
} from './scripted-engine.ts'
export { createSequentialIds } from './sequential-ids.ts'
