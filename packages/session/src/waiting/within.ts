import type { Clock } from '@geppetto/context'

/** What went wrong: what was thrown, or that there was no answer in time. */
export interface Failure {
  readonly error: unknown
  readonly isTimeout: boolean
}

/** What goes wrong with `work` within `limitMs`, or undefined. It is not waited for any longer, and its late outcome is ignored. */
export async function within(
  clock: Clock,
  limitMs: number,
  work: () => void | Promise<void>,
): Promise<Failure | undefined> {
  const timeout = Promise.withResolvers<Failure>()
  const stopTimer = clock.schedule(() => {
    timeout.resolve({ error: new Error(`there was no answer within ${limitMs} ms`), isTimeout: true })
  }, limitMs)
  try {
    return await Promise.race([attempt(work), timeout.promise])
  } finally {
    stopTimer()
  }
}

async function attempt(work: () => void | Promise<void>): Promise<Failure | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return { error, isTimeout: false }
  }
}
