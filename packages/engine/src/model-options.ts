import {
  type InferenceConfig,
  inferenceConfigKey,
  isJsonObject,
  isTurnError,
  quote,
  unknownOption,
} from '@geppetto/turns'
import type { ModelDefaults } from './adapter.ts'
import { EngineError } from './engine-error.ts'

/** What an engine's options are checked by. */
export interface ModelOptionRules {
  /** The wire format of the engine. */
  readonly api: string
  /** The options that are no part of the inference config. */
  readonly others: readonly string[]
  /** A model that there is, for the error where none is named. */
  readonly exampleModel: string
}

const configNames: Readonly<Record<keyof InferenceConfig, true>> = {
  model: true,
  temperature: true,
  topP: true,
  maxOutputTokens: true,
  stopSequences: true,
  seed: true,
  reasoning: true,
  serviceTier: true,
  providerOptions: true,
}

const reasoningNames: Readonly<Record<keyof NonNullable<InferenceConfig['reasoning']>, true>> = {
  effort: true,
  budget: true,
  summary: true,
}

/** Those of the family may stand side by side, so that one object can be given to several engines. */
const wireFormats: readonly string[] = ['openai-chat', 'openai-responses', 'anthropic-messages']

/**
 * The inference config in an engine's options, checked all the way down, for programs without types.
 * @throws EngineError `invalid_options` naming the option by its path, what it must be, and the name that was most likely meant.
 */
export function readModelOptions(options: object, rules: ModelOptionRules): ModelDefaults {
  const { api, others, exampleModel } = rules
  if (!isObject(options)) throw invalid(`options must be an object, such as { model: '${exampleModel}' }`)
  checkNames(options, [...Object.keys(configNames), 'timeLimits', ...others])
  const config: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && Object.hasOwn(configNames, name)) config[name] = value
  const { model } = config
  if (typeof model !== 'string' || model.trim() === '')
    throw invalid(`model must be the model's name, such as ${exampleModel}, not ${quote(model)}`)
  checkNames(config.providerOptions, [...new Set([api, ...wireFormats])], 'providerOptions')
  return { ...readFields(config), model }
}

/**
 * An inference config, checked all the way down, for programs without types. Whose the `providerOptions` are is not known here.
 * @throws EngineError `invalid_options` naming the field by its path, what it must be, and the name that was most likely meant.
 */
export function readInferenceConfig(config: InferenceConfig): InferenceConfig {
  if (!isJsonObject(config))
    throw invalid(`inferenceConfig must be an object, such as { temperature: 0 }, not ${quote(config)}`)
  checkNames(config, Object.keys(configNames), 'inferenceConfig', {
    maxTokens: 'The limit of the answer is maxOutputTokens',
    reasoningEffort: 'The effort is reasoning: { effort }',
  })
  return readFields(config)
}

function readFields(config: { readonly [name: string]: unknown }): InferenceConfig {
  const { reasoning, providerOptions, maxOutputTokens } = config
  checkNames(reasoning, Object.keys(reasoningNames), 'reasoning')
  if (isObject(providerOptions))
    for (const [name, value] of Object.entries(providerOptions))
      if (!isJsonObject(value)) throw invalid(`providerOptions.${name} must be an object, not ${quote(value)}`)
  const checked = readConfig(config)
  if (maxOutputTokens !== undefined && !(Number.isInteger(maxOutputTokens) && Number(maxOutputTokens) > 0))
    throw invalid(`maxOutputTokens must be a whole number over 0, not ${quote(maxOutputTokens)}`)
  return checked
}

function readConfig(config: object): InferenceConfig {
  try {
    return inferenceConfigKey.read(inferenceConfigKey.write({}, config)) ?? {}
  } catch (cause) {
    if (!isTurnError(cause)) throw cause
    // The key is where a turn has it; here it is the options.
    throw new EngineError('invalid_options', cause.message.replace(`${inferenceConfigKey.name}.`, ''), { cause })
  }
}

function checkNames(
  options: unknown,
  names: readonly string[],
  path?: string,
  hints?: { readonly [name: string]: string },
): void {
  const problem = unknownOption(options, names, path, hints)
  if (problem !== undefined) throw invalid(problem)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function invalid(message: string): EngineError {
  return new EngineError('invalid_options', message)
}
