import { type InferenceConfig, inferenceConfigKey, type JsonObject, type Turn } from '@geppetto/turns'
import type { ModelDefaults } from './adapter.ts'

/** What to ask of the model: what the turn's data says, else the defaults; field by field, also within `reasoning` and the options of each API. */
export function resolveInferenceConfig(turn: Turn, defaults: ModelDefaults): ModelDefaults {
  const said: InferenceConfig | undefined = inferenceConfigKey.read(turn.data)
  if (said === undefined) return defaults
  const { model = defaults.model, reasoning, providerOptions } = said
  return {
    ...defaults,
    ...said,
    model,
    ...(reasoning === undefined ? undefined : { reasoning: { ...defaults.reasoning, ...reasoning } }),
    ...(providerOptions === undefined
      ? undefined
      : { providerOptions: joinOptions(defaults.providerOptions ?? {}, providerOptions) }),
  }
}

type ProviderOptions = NonNullable<InferenceConfig['providerOptions']>

function joinOptions(defaults: ProviderOptions, said: ProviderOptions): ProviderOptions {
  const joined = Object.entries(said).map(([api, options]) => [api, { ...defaults[api], ...options }])
  return { ...defaults, ...Object.fromEntries(joined) }
}

/** The options of one API alone. */
export function providerOptionsOf(config: InferenceConfig, api: string): JsonObject {
  return config.providerOptions?.[api] ?? {}
}
