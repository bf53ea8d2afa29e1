import type { IdGenerator } from '@geppetto/context'

/** Ids that count: `run_1`, `run_2`, `blk_1`. The same program gets the same ids again. */
export function createSequentialIds(): IdGenerator {
  const counts = new Map<string, number>()
  return {
    next(prefix) {
      const count = (counts.get(prefix) ?? 0) + 1
      counts.set(prefix, count)
      return `${prefix}_${count}`
    },
  }
}
