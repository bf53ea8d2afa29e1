import { type Usage, usageTotals } from '@geppetto/turns'

/** The token counts of a run in one line. What the provider did not state is unknown, not zero. */
export function tokenLine(usage: Usage | undefined): string {
  if (usage === undefined) return 'Tokens: unknown'
  const { input, output } = usageTotals(usage)
  const { cacheRead = 'unknown' } = usage.input
  const { reasoning = 'unknown' } = usage.output
  const source = usage.source === 'reported' ? '' : ` (${usage.source})`
  return `Tokens: ${input} in (cached: ${cacheRead}), ${output} out (reasoning: ${reasoning})${source}`
}
