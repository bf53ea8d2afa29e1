import type { ModelDefaults } from '@geppetto/engine'
import { type InferenceConfig, inferenceConfigKey, type JsonObject, type Turn } from '@geppetto/turns'

/** What to ask of the model: what the turn's data says, else the defaults; field by field, also within `reasoning`. */
export function resolveConfig(turn: Turn, defaults: ModelDefaults): ModelDefaults {
  const said: InferenceConfig | undefined = inferenceConfigKey.read(turn.data)
  if (said === undefined) return defaults
  const reasoning = { ...defaults.reasoning, ...said.reasoning }
  return {
    ...defaults,
    ...said,
    model: said.model ?? defaults.model,
    reasoning,
    providerOptions: { ...defaults.providerOptions, ...said.providerOptions },
  }
}

/** The options of one API alone. */
export function optionsOf(config: InferenceConfig, api: string): JsonObject {
  return config.providerOptions?.[api] ?? {}
}
