import type { StopReason } from '@geppetto/turns'

/** What a finish word says of the answer. */
export type Finish =
  /** The answer is whole. */
  | { readonly kind: 'stop'; readonly reason: StopReason }
  /** The answer broke off on the provider's side. */
  | { readonly kind: 'failure' }

const reasons: Readonly<Record<string, StopReason>> = {
  length: 'max_tokens',
  max_tokens: 'max_tokens',
  // Mistral: the context is full.
  model_length: 'context_window',
  content_filter: 'content_filter',
  // Zhipu
  sensitive: 'content_filter',
}

/** OpenRouter and Mistral; DeepSeek; vLLM; Zhipu. */
const failures: ReadonlySet<string> = new Set(['error', 'insufficient_system_resource', 'abort', 'network_error'])

/** What is known of an answer when its finish word is read. */
export interface AnswerFacts {
  readonly hasCalls: boolean
  readonly hasRefusal: boolean
  /** vLLM says beside the word which stop sequence it met. */
  readonly matchedSequence: boolean
}

/** Reads a finish word; the words for a good end differ, and `tool_calls` comes without calls and `stop` with them. */
export function readFinish(word: string | undefined, facts: AnswerFacts): Finish {
  if (word !== undefined && failures.has(word)) return { kind: 'failure' }
  const known = word !== undefined && Object.hasOwn(reasons, word) ? reasons[word] : undefined
  return { kind: 'stop', reason: known ?? goodEnd(facts) }
}

function goodEnd({ hasCalls, hasRefusal, matchedSequence }: AnswerFacts): StopReason {
  if (hasCalls) return 'tool_calls'
  if (hasRefusal) return 'refusal'
  return matchedSequence ? 'stop_sequence' : 'end_turn'
}

/** Whether an answer that ends with this word may have been cut in the middle of a call. */
export function mayCutCalls(word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(reasons, word)
}
