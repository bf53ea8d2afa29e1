import {
  type Engine,
  EngineError,
  type EngineInfo,
  startProviderCall,
  toEngineError,
  withFacts,
} from '@geppetto/engine'
import { defined, type InferenceConfig, inferenceConfigOf, joinInferenceConfigs, type Turn } from '@geppetto/turns'
import { countInput } from './estimate-usage.ts'
import { tokenBudget } from './limits.ts'
import { type PlannedAnswer, planAnswer } from './plan-answer.ts'
import { doctorScript } from './script/doctor.ts'
import type { ElizaScript } from './script/script.ts'
import { type Manner, type Spoken, speak } from './speak.ts'

/** What {@link eliza} takes; all of it has a default. A turn's inference config wins over the limits. */
export interface ElizaOptions extends Pick<InferenceConfig, 'maxOutputTokens' | 'stopSequences'> {
  /** With which answers it begins; a seed in the turn's inference config wins. Default 0: with the first. */
  readonly seed?: number
  /** The pause between two words, in milliseconds. Default 0. */
  readonly delayMs?: number
  /** What it says. Default: {@link doctorScript}. */
  readonly script?: ElizaScript
}

const info: EngineInfo = Object.freeze({
  api: 'eliza',
  host: 'embedded',
  model: 'eliza-1966',
  description: "Joseph Weizenbaum's ELIZA (1966): pattern matching, no language model, no network",
})

/**
 * An engine without a model and without a network. It keeps nothing between calls: the same turn and seed give the same answer. Its usage
 * is estimated, with a word for a token.
 * @throws EngineError `invalid_options` when seed, delay or limit is not a number that can be used.
 */
export function eliza(options: ElizaOptions = {}): Engine {
  const { seed = 0, delayMs = 0, script = doctorScript, maxOutputTokens, stopSequences } = options
  if (!Number.isFinite(seed)) throw new EngineError('invalid_options', `seed must be a number, not ${seed}`)
  if (!(Number.isFinite(delayMs) && delayMs >= 0))
    throw new EngineError('invalid_options', `delayMs must be a number of milliseconds of at least 0, not ${delayMs}`)
  if (maxOutputTokens !== undefined && !(maxOutputTokens >= 1))
    throw new EngineError('invalid_options', `maxOutputTokens must be at least 1, not ${maxOutputTokens}`)
  const defaults: InferenceConfig = { seed, ...defined({ maxOutputTokens, stopSequences }) }
  return {
    info,
    async runInference(ctx, turn) {
      if (ctx.signal.aborted)
        throw new EngineError('cancelled', 'the provider call was cancelled', {
          partial: turn,
          cause: ctx.signal.reason,
        })
      const { answer, manner } = prepare(turn, script, defaults, delayMs)
      const call = startProviderCall(ctx, turn, info)
      const spoken: Spoken = { tokens: 0 }
      const uncached = countInput(turn)
      const reportUsage = (): void =>
        call.update({ usage: { input: { uncached }, output: { text: spoken.tokens }, source: 'estimated' } })
      try {
        await speak(call, answer, manner, spoken)
        reportUsage()
        return call.finish()
      } catch (error) {
        reportUsage()
        throw call.abort(error)
      }
    },
  }
}

/** All that can be wrong with a turn shows here, before the call begins. */
function prepare(
  turn: Turn,
  script: ElizaScript,
  defaults: InferenceConfig,
  delayMs: number,
): { answer: PlannedAnswer; manner: Manner } {
  try {
    const config = joinInferenceConfigs(defaults, inferenceConfigOf(turn))
    tokenBudget(config)
    return { answer: planAnswer(turn, script, config.seed ?? 0), manner: { config, delayMs } }
  } catch (error) {
    throw withFacts(toEngineError(error, 'invalid_request'), { partial: turn })
  }
}
