import type { Clock } from '@geppetto/context'

/** What comes of `answer`, or undefined where nothing has within `limitMs`. */
export async function inTime<T>(clock: Clock, limitMs: number, answer: Promise<T>): Promise<T | undefined> {
  const timeout = Promise.withResolvers<undefined>()
  const stopTimer = clock.schedule(() => timeout.resolve(undefined), limitMs)
  try {
    return await Promise.race([answer, timeout.promise])
  } finally {
    stopTimer()
  }
}
