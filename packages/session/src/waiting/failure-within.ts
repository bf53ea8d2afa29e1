import type { Clock } from '@geppetto/context'
import { inTime } from './in-time.ts'

/** What went wrong: what was thrown, or that there was no answer in time. */
export interface Failure {
  readonly error: unknown
  readonly isTimeout: boolean
}

/** What goes wrong with `work` within `limitMs`, or undefined; see {@link inTime}. */
export function failureWithin(
  clock: Clock,
  limitMs: number,
  work: () => void | Promise<void>,
): Promise<Failure | undefined> {
  return inTime(
    clock,
    limitMs,
    () => attempt(work),
    () => ({ error: new Error(`there was no answer within ${limitMs} ms`), isTimeout: true }),
  )
}

async function attempt(work: () => void | Promise<void>): Promise<Failure | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return { error, isTimeout: false }
  }
}
