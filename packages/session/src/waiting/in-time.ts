import type { Clock } from '@geppetto/context'

/** What comes of `ask`, or, where nothing has within `limitMs`, what `late` says. It is not waited for any longer, and its late outcome is ignored. */
export async function inTime<T, Late>(
  clock: Clock,
  limitMs: number,
  ask: () => Promise<T>,
  late: () => Late,
): Promise<T | Late> {
  const timeout = Promise.withResolvers<Late>()
  const stopTimer = clock.schedule(() => timeout.resolve(late()), limitMs)
  try {
    return await Promise.race([ask(), timeout.promise])
  } finally {
    stopTimer()
  }
}
