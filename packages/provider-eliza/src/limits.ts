import { EngineError } from '@geppetto/engine'
import type { InferenceConfig, StopReason } from '@geppetto/turns'

/** A text as far as it may be said, and why it ends there. */
export interface LimitedText {
  /** Each with the white space behind it: a word counts as a token. */
  readonly words: readonly string[]
  readonly stop: Extract<StopReason, 'end_turn' | 'max_tokens' | 'stop_sequence'>
}

/** The tokens that may be said. @throws EngineError `invalid_request` when that is not at least 1. */
export function tokenBudget({ maxOutputTokens = Infinity }: InferenceConfig): number {
  if (maxOutputTokens >= 1) return Math.floor(maxOutputTokens)
  throw new EngineError('invalid_request', `maxOutputTokens must be at least 1, not ${maxOutputTokens}`)
}

/** Cuts a text before the first stop sequence, and behind the last word that may be said. */
export function limitText(text: string, config: InferenceConfig): LimitedText {
  const budget = tokenBudget(config)
  const sequences = (config.stopSequences ?? []).filter((sequence) => sequence !== '')
  const ends = sequences.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0)
  const isStopped = ends.length > 0
  const words = splitWords(isStopped ? text.slice(0, Math.min(...ends)) : text)
  if (words.length > budget) return { words: words.slice(0, budget), stop: 'max_tokens' }
  return { words, stop: isStopped ? 'stop_sequence' : 'end_turn' }
}

/** The words of a text with the white space behind them; together they are the text. */
export function splitWords(text: string): readonly string[] {
  return text.match(/^\s+|\S+\s*/g) ?? []
}

/** The arguments of a call, in the pieces in which they are streamed. */
export function splitArguments(json: string): readonly string[] {
  const length = Math.min(8, Math.ceil(json.length / 3))
  const characters = [...json]
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) =>
    characters.slice(index * length, (index + 1) * length).join(''),
  )
}
