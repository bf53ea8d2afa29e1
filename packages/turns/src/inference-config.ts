import { defined } from './errors.ts'
import { type InferenceConfig, inferenceConfigKey, runInferenceConfigKey } from './request-data.ts'
import { saidConfig } from './said-config.ts'
import type { Turn } from './turn.ts'

/** What the turn says of how the model is asked: its own config, and over it that of the run. Empty where it says nothing. */
export function inferenceConfigOf({ data }: Turn): InferenceConfig {
  return joinInferenceConfigs(inferenceConfigKey.read(data) ?? {}, runInferenceConfigKey.read(data))
}

/** The config with what `over` says of it: field by field, also within `reasoning` and the options of each API. What is undefined says nothing. */
export function joinInferenceConfigs<C extends InferenceConfig>(config: C, over: InferenceConfig | undefined): C {
  if (over === undefined) return config
  const said = saidConfig(over)
  const { reasoning, providerOptions } = said
  return {
    ...config,
    ...said,
    ...(reasoning === undefined ? undefined : { reasoning: { ...config.reasoning, ...reasoning } }),
    ...(providerOptions === undefined
      ? undefined
      : { providerOptions: joinOptions(config.providerOptions ?? {}, providerOptions) }),
  }
}

type ProviderOptions = NonNullable<InferenceConfig['providerOptions']>

function joinOptions(options: ProviderOptions, over: ProviderOptions): ProviderOptions {
  const joined = Object.entries(over).map(([api, said]) => [api, { ...options[api], ...defined(said) }])
  return { ...options, ...Object.fromEntries(joined) }
}
