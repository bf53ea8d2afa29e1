import { defined } from './errors.ts'
import type { JsonValue } from './json.ts'
import { adoptFields } from './own-json.ts'

/**
 * Tokens of one provider call, or of several. The counters are disjoint: their sum is the total.
 * An absent counter is unknown, not zero.
 */
export interface Usage {
  readonly input: {
    /** Input tokens that were neither read from nor written to a prompt cache. */
    readonly uncached?: number
    readonly cacheRead?: number
    readonly cacheWrite?: number
  }
  readonly output: {
    /** Output tokens that are not reasoning: text, tool calls. */
    readonly text?: number
    readonly reasoning?: number
  }
  /** `reported` by the provider in full; `partial`: something that was used is not in it; `estimated` without a provider's word. */
  readonly source: 'reported' | 'partial' | 'estimated'
  /** The provider's own record. */
  readonly raw?: JsonValue
}

/** The known counters' sums. */
export interface UsageTotals {
  readonly input: number
  readonly output: number
  readonly total: number
}

/** Adds up what is known; absent counters count as nothing, so look at `source` before you trust it. */
export function usageTotals(usage: Usage): UsageTotals {
  const input = (usage.input.uncached ?? 0) + (usage.input.cacheRead ?? 0) + (usage.input.cacheWrite ?? 0)
  const output = (usage.output.text ?? 0) + (usage.output.reasoning ?? 0)
  return { input, output, total: input + output }
}

/**
 * The usage of several calls together. A counter that one call states and another leaves out is summed over those that state it,
 * and the source then says `partial`; so does a call whose usage is unknown as a whole. Undefined when no call states any.
 */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined)
  const [first] = known
  if (first === undefined) return undefined
  if (usages.length === 1) {
    const { input, output, source } = first
    return adoptFields({ input, output, source }, 'usage')
  }
  let isPartial = known.length < usages.length || known.some((usage) => usage.source === 'partial')
  const add = (counters: readonly (number | undefined)[]): number | undefined => {
    const stated = counters.filter((counter) => counter !== undefined)
    if (stated.length === 0) return undefined
    if (stated.length < counters.length) isPartial = true
    return stated.reduce((total, counter) => total + counter, 0)
  }
  const input = defined({
    uncached: add(known.map((usage) => usage.input.uncached)),
    cacheRead: add(known.map((usage) => usage.input.cacheRead)),
    cacheWrite: add(known.map((usage) => usage.input.cacheWrite)),
  })
  const output = defined({
    text: add(known.map((usage) => usage.output.text)),
    reasoning: add(known.map((usage) => usage.output.reasoning)),
  })
  const isEstimated = known.some((usage) => usage.source === 'estimated')
  const sum: Usage = {
    input: adoptFields(input, 'input'),
    output: adoptFields(output, 'output'),
    source: isPartial ? 'partial' : isEstimated ? 'estimated' : 'reported',
  }
  return adoptFields(sum, 'usage')
}
