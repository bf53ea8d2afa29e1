import type { Event, Warning } from '@geppetto/events'

/** What the requests of a run could not say as it stands, each once: every step sends what came before it again, and needs the same rewrites. */
export function degradationWarnings(events: readonly Event[]): readonly Warning[] {
  const degradations = events.flatMap((event) =>
    event.type === 'provider-call-started' ? (event.degradations ?? []) : [],
  )
  if (degradations.length === 0) return []
  const warnings = new Map<string, Warning>()
  for (const degradation of degradations) {
    const { code, message, blockId } = degradation
    const where = blockId === undefined ? '' : ` (block ${blockId})`
    const told = `${code}: ${message}${where}`
    warnings.set(told, { code: 'request_degraded', message: told, degradation })
  }
  return [...warnings.values()]
}
