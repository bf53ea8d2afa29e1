import { numberIn } from '@geppetto/engine'
import { defined, type Usage } from '@geppetto/turns'

/** A count of tokens; what is no count, as one below zero, is not stated. */
export function countIn(value: unknown, name: string): number | undefined {
  const count = numberIn(value, name)
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** The input of which parts were read from a cache or written to one. The counters add up to the whole, whatever is said of the parts. */
export function inputCounts(
  whole: number | undefined,
  cacheRead: number | undefined,
  cacheWrite: number | undefined,
): Usage['input'] {
  if (whole === undefined) return defined({ cacheRead, cacheWrite })
  const read = cacheRead === undefined ? undefined : Math.min(cacheRead, whole)
  const written = cacheWrite === undefined ? undefined : Math.min(cacheWrite, whole - (read ?? 0))
  return defined({ uncached: whole - (read ?? 0) - (written ?? 0), cacheRead: read, cacheWrite: written })
}

/** The output of which a part is reasoning; they add up to the whole. */
export function outputCounts(whole: number | undefined, reasoning: number | undefined): Usage['output'] {
  if (whole === undefined || reasoning === undefined) return defined({ text: whole, reasoning })
  const thought = Math.min(reasoning, whole)
  return { text: whole - thought, reasoning: thought }
}
