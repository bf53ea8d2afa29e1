export { type Access, accessOf, wishOf } from './access.ts'
export { chooseEngine, type EngineChoice, type EngineWish, otherEngines } from './choose-engine.ts'
export { EngineChoiceError, type EngineChoiceErrorCode } from './engine-choice-error.ts'
export {
  type EngineName,
  engineNames,
  isOfAnotherVendor,
  parseEngineName,
  providers,
  remoteEngines,
} from './engine-kind.ts'
export { listModels } from './list-models.ts'
export { settingsWith } from './settings-with.ts'
export { shownAddress } from './shown-address.ts'
export { type ProgramStart, startProgram } from './start-program.ts'
