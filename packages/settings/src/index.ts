export { type CommandLine, defineCommandLine, type ParsedCommandLine } from './command-line/command-line.ts'
export type { Flag, FlagGroup, Flags } from './command-line/flag.ts'
export { type Cost, costOf, costOfTurn, modelInfoFor, showCost, sumCosts } from './cost.ts'
export { explain } from './explain.ts'
export type { KeySource, KeySourceKind } from './keys/key-source.ts'
export { type LayerKind, layerKinds, type SettingsNotice } from './layers/contribution.ts'
export { environmentLayer } from './layers/environment-layer.ts'
export { flagsLayer, type GivenFlags } from './layers/flags-layer.ts'
export {
  type ConfigFileOptions,
  defaultsLayer,
  type Environment,
  projectConfigLayer,
  type SettingsLayer,
  userConfigLayer,
  valuesLayer,
} from './layers/layer.ts'
export { type UsualLayersOptions, usualLayers } from './layers/usual-layers.ts'
export type { ChosenProfile, OfferedProfile } from './profiles/profile-contributions.ts'
export { type Connection, connectionOf, connectionTo } from './providers/connection.ts'
export { createEngineFromSettings, inferenceOf } from './providers/create-engine.ts'
export { createProviderRegistry, type FoundApiType, type ProviderRegistry } from './providers/registry.ts'
export { type ResolveOptions, resolveSettings } from './resolve-settings.ts'
export type { Origin, ResolvedSettings, ResolvedValue } from './resolved-settings.ts'
export type {
  ChatSettings,
  ClientSettings,
  InferenceSettings,
  ModelCost,
  ModelInfo,
  SettingValues,
} from './schema/core-schema.ts'
export { profilesJsonSchema, settingsJsonSchema } from './schema/json-schema.ts'
export {
  isSettingsError,
  SettingsError,
  type SettingsErrorCode,
  type SettingsProblem,
} from './settings-error.ts'
