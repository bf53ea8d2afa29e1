import type { Turn } from '@geppetto/turns'
import { isEngineError } from './engine-error.ts'

/** The turn so far that an error carries; undefined where it carries none. Never throws: errors of others may have anything there. */
export function partialTurnOf(error: unknown): Turn | undefined {
  if (!isEngineError(error)) return undefined
  try {
    const { partial } = error
    return Array.isArray(partial?.blocks) ? partial : undefined
  } catch {
    // What throws when it is read is no turn.
    return undefined
  }
}
