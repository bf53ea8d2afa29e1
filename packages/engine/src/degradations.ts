import type { Degradation } from '@geppetto/events'

/** What the adapters of this family may have to do to a turn, in alphabetical order. docs/providers.md says what each means. */
export const degradationCodes = [
  'arguments-wrapped',
  'block-dropped',
  'call-id-changed',
  'call-in-words',
  'empty-message-dropped',
  'empty-text-dropped',
  'media-moved',
  'messages-merged',
  'option-dropped',
  'provider-block-dropped',
  'reasoning-budget-changed',
  'reasoning-budget-dropped',
  'reasoning-dropped',
  'reasoning-effort-changed',
  'reasoning-kept',
  'reasoning-not-supported',
  'reasoning-off',
  'reasoning-summary-changed',
  'refusal-as-text',
  'result-moved',
  'schema-as-instruction',
  'schema-weakened',
  'system-as-user',
  'system-moved',
  'temperature-changed',
  'text-added',
  'tool-choice-changed',
  'tool-choice-dropped',
  'tool-name-changed',
  'white-space-trimmed',
] as const

/** The code of a rewrite that the adapters of this family make. */
export type DegradationCode = (typeof degradationCodes)[number]

/** Notes a rewrite that was needed to fit a turn to an API: its code, one sentence, and the block that it is about. */
export type Report<Code extends string = DegradationCode> = (
  code: Code,
  message: string,
  block?: { readonly id: string },
) => void

/** Collects rewrites in `list`: an adapter's `prepare` hands it out as the request's `degradations`. */
export function reportTo(list: Degradation[]): Report<string> {
  return (code, message, block) => {
    list.push({ code, message, ...(block === undefined ? undefined : { blockId: block.id }) })
  }
}
