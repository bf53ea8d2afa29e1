import type { ModelDefaults } from '@geppetto/engine'
import { type InferenceConfig, inferenceConfigKey, isJsonObject, type JsonObject, type Turn } from '@geppetto/turns'
import { api } from './api.ts'

/** What to ask for: the turn's own word wins, field by field, also within `reasoning`; options of this API alone are joined. */
export function configOf(turn: Turn, defaults: ModelDefaults): ModelDefaults & { readonly extra: JsonObject } {
  const own: InferenceConfig = inferenceConfigKey.read(turn.data) ?? {}
  const { model = defaults.model } = own
  const extra = { ...defaults.providerOptions?.[api], ...own.providerOptions?.[api] }
  const reasoning = own.reasoning === undefined ? undefined : { reasoning: { ...defaults.reasoning, ...own.reasoning } }
  return { ...defaults, ...own, ...reasoning, model, extra }
}

/** The request's fields with those that the program gives for this API: they win; an object is joined with ours, one level deep. */
export function withExtra(fields: JsonObject, extra: JsonObject): JsonObject {
  const joined: { [name: string]: JsonObject[string] } = { ...fields }
  for (const [name, value] of Object.entries(extra)) {
    const ours = joined[name]
    joined[name] = isJsonObject(ours) && isJsonObject(value) ? { ...ours, ...value } : value
  }
  return joined
}
