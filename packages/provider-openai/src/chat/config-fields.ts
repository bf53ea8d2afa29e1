import type { ModelDefaults, Report } from '@geppetto/engine'
import { defined, type InferenceConfig, type JsonObject, type JsonValue } from '@geppetto/turns'
import { modelKind } from '../models.ts'
import type { HostQuirks } from './hosts.ts'

type Effort = NonNullable<NonNullable<InferenceConfig['reasoning']>['effort']>

/** The inference config as the body's fields. */
export function configFields(config: ModelDefaults, quirks: HostQuirks, report: Report): JsonObject {
  return {
    ...defined({ [quirks.maxTokensField]: config.maxOutputTokens }),
    ...samplingFields(config, quirks, report),
    ...seedFields(config, quirks, report),
    ...reasoningFieldsOf(config, quirks, report),
    ...tierFields(config, quirks, report),
  }
}

function samplingFields(config: ModelDefaults, quirks: HostQuirks, report: Report): JsonObject {
  const { model, temperature, topP, stopSequences = [], reasoning } = config
  const reasons = modelKind(model) === 'reasoning' && reasoning?.effort !== 'none'
  if (!quirks.strictSampling || !reasons)
    return { ...defined({ temperature, top_p: topP }), ...stopFields(config, quirks, report) }
  const refused = defined({ temperature, topP, stopSequences: stopSequences.length === 0 ? undefined : stopSequences })
  for (const name of Object.keys(refused))
    report('option-dropped', `${name} is not sent: ${model} reasons, and refuses it`)
  return {}
}

function stopFields(
  { stopSequences = [] }: InferenceConfig,
  { maxStopSequences }: HostQuirks,
  report: Report,
): JsonObject {
  if (stopSequences.length > maxStopSequences)
    report('option-dropped', `the host takes ${maxStopSequences} stop sequences: the others are left out`)
  return stopSequences.length === 0 ? {} : { stop: stopSequences.slice(0, maxStopSequences) }
}

function seedFields({ seed }: InferenceConfig, { seedField }: HostQuirks, report: Report): JsonObject {
  if (seed === undefined) return {}
  if (seedField !== 'none') return { [seedField]: seed }
  report('option-dropped', 'the host takes no seed')
  return {}
}

function tierFields(
  { serviceTier: service_tier }: InferenceConfig,
  { serviceTier }: HostQuirks,
  report: Report,
): JsonObject {
  if (service_tier === undefined) return {}
  if (serviceTier) return { service_tier }
  report('option-dropped', 'the host has no service tiers')
  return {}
}

function reasoningFieldsOf(
  { model, reasoning = {} }: ModelDefaults,
  { effort: form, maxEffort }: HostQuirks,
  report: Report,
): JsonObject {
  const { budget, summary } = reasoning
  if ((reasoning.effort ?? budget ?? summary) !== undefined && modelKind(model) === 'plain') {
    report('option-dropped', `reasoning is not sent: ${model} does not reason, and refuses it`)
    return {}
  }
  const effort = form === 'none' ? reasoning.effort : knownEffort(reasoning.effort, maxEffort, report)
  if (summary !== undefined) report('option-dropped', 'Chat Completions has no word for a summary of the reasoning')
  if (budget !== undefined && form !== 'reasoning')
    report('option-dropped', 'the host has no word for a budget of reasoning tokens')
  if (form === 'reasoning') return wholeReasoning(effort, budget, report)
  if (effort === undefined) return {}
  if (form === 'none') report('option-dropped', 'the host has no word for the effort of reasoning')
  return form === 'none' ? {} : effortFields(effort, form)
}

const highEfforts: readonly (Effort | undefined)[] = ['high', 'xhigh', 'max']

function knownEffort(effort: Effort | undefined, highest: HostQuirks['maxEffort'], report: Report): Effort | undefined {
  const place = highEfforts.indexOf(effort)
  if (place <= highEfforts.indexOf(highest)) return effort
  report('reasoning-effort-changed', `effort ${effort} is sent as ${highest}, the highest that the host knows`)
  return highest
}

function effortFields(effort: JsonValue, form: 'reasoning_effort' | 'thinking'): JsonObject {
  if (form === 'reasoning_effort') return { reasoning_effort: effort }
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  return { thinking: { type: 'enabled' }, reasoning_effort: effort }
}

/** OpenRouter takes the one or the other. */
function wholeReasoning(effort: string | undefined, budget: number | undefined, report: Report): JsonObject {
  if (effort !== undefined && budget !== undefined)
    report('option-dropped', 'the host takes an effort or a budget of reasoning: the effort is left out')
  if (budget !== undefined) return { reasoning: { max_tokens: budget } }
  return effort === undefined ? {} : { reasoning: { effort } }
}
