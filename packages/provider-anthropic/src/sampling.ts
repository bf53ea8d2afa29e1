import type { Report } from '@geppetto/engine'
import type { InferenceConfig, JsonObject } from '@geppetto/turns'
import type { ModelTraits } from './models.ts'

/** Temperature and the like, where the model has them. */
export function toSampling(
  { temperature, topP }: InferenceConfig,
  traits: ModelTraits,
  isThinking: boolean,
  report: Report,
): JsonObject {
  const drop = (name: string, why: string): undefined => {
    report('option-dropped', `${name} is not sent: ${why}`)
    return undefined
  }
  const reason =
    traits.sampling === 'none' ? 'this model has no sampling parameters' : 'the API takes none while the model thinks'
  const isRefused = traits.sampling === 'none' || isThinking
  const sent =
    temperature === undefined ? undefined : isRefused ? drop('temperature', reason) : clamp(temperature, report)
  const isOneTooMany = sent !== undefined && traits.sampling === 'one'
  const topPSent =
    topP === undefined
      ? undefined
      : isRefused
        ? drop('topP', reason)
        : isOneTooMany
          ? drop('topP', 'this model takes temperature or topP, not both')
          : topP
  return {
    ...(sent === undefined ? undefined : { temperature: sent }),
    ...(topPSent === undefined ? undefined : { top_p: topPSent }),
  }
}

/** Others go up to 2. */
function clamp(temperature: number, report: Report): number {
  const clamped = Math.min(1, Math.max(0, temperature))
  if (clamped !== temperature) report('temperature-changed', `a temperature of ${temperature} is sent as ${clamped}`)
  return clamped
}

/** Stop sequences that the API takes: it refuses those of white space alone. */
export function toStopSequences(stopSequences: readonly string[], report: Report): readonly string[] {
  const kept = stopSequences.filter((sequence) => sequence.trim() !== '')
  if (kept.length < stopSequences.length) report('option-dropped', 'a stop sequence of white space alone')
  return kept
}
