import {
  type InferenceConfig,
  inferenceConfigOf,
  type JsonObject,
  joinInferenceConfigs,
  type Turn,
} from '@geppetto/turns'
import type { ModelDefaults } from './adapter.ts'

/** What to ask of the model: what the turn's data says, else the defaults; field by field, also within `reasoning` and the options of each API. */
export function resolveInferenceConfig(turn: Turn, defaults: ModelDefaults): ModelDefaults {
  const said = inferenceConfigOf(turn)
  if (Object.keys(said).length === 0) return defaults
  const { model = defaults.model, ...rest } = said
  return joinInferenceConfigs(defaults, { ...rest, model })
}

/** The options of one API alone. */
export function providerOptionsOf(config: InferenceConfig, api: string): JsonObject {
  return config.providerOptions?.[api] ?? {}
}
