import type { ModelDefaults, Report } from '@geppetto/engine'
import { defined, type JsonObject } from '@geppetto/turns'
import { modelKind } from '../models.ts'

/** What is asked of the model beside the conversation, as the body's fields. */
export function buildSettings(config: ModelDefaults, report: Report): JsonObject {
  const { temperature, topP, maxOutputTokens, serviceTier, reasoning = {} } = config
  const kind = modelKind(config.model)
  const drop = (name: string, why: string) => report('option-dropped', `${name} is not sent: ${why}`)
  if (config.seed !== undefined) drop('seed', 'Responses has no word for it')
  if ((config.stopSequences?.length ?? 0) > 0) drop('stopSequences', 'Responses has no word for it')
  if (reasoning.budget !== undefined) drop('reasoning.budget', 'Responses has an effort instead')
  const sampling = defined({ temperature, top_p: topP })
  const reasons = kind === 'reasoning' && reasoning.effort !== 'none'
  if (reasons) for (const name of Object.keys(sampling)) drop(name, `${config.model} reasons, and refuses it`)
  const thinking = defined({ effort: reasoning.effort, summary: reasoning.summary })
  const hasThinking = Object.keys(thinking).length > 0
  if (hasThinking && kind === 'plain') drop('reasoning', `${config.model} does not reason, and refuses it`)
  return {
    ...defined({ max_output_tokens: maxOutputTokens, service_tier: serviceTier }),
    ...(reasons ? undefined : sampling),
    ...(hasThinking && kind !== 'plain' ? { reasoning: thinking } : undefined),
  }
}

/**
 * What a response shall hold beside what it says. Models that do not reason refuse to be asked for encrypted reasoning, and a name alone, such as
 * a deployment's, does not say what it leads to: it is asked for where the model is known to reason, or an effort is asked of it.
 */
export function buildInclude({ model, reasoning }: ModelDefaults, asked: readonly string[]): JsonObject {
  const kind = modelKind(model)
  const isAskedToReason = reasoning?.effort !== undefined && reasoning.effort !== 'none'
  const reasons = kind === 'reasoning' || (kind === 'unknown' && isAskedToReason)
  const include = [...new Set([...(reasons ? ['reasoning.encrypted_content'] : []), ...asked])]
  return include.length === 0 ? {} : { include }
}
