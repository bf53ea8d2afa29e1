import type { ManualClock } from '@geppetto/context/manual-clock'
import { settlePromises } from '@geppetto/context/manual-clock'
import type { ExecutionHandle, RunResult } from '@geppetto/session'

/** A provider call may take ten minutes: what ends by a time limit of its own shall end by that. */
const longerThanAnyLimitMs = 11 * 60_000

/**
 * Lets time pass until the run is over. One that goes on for longer than `patienceMs`, or waits for nothing that is scheduled, is
 * cancelled, and then has as long again.
 * @throws Error when it does not settle then.
 */
export async function driveRun(
  clock: ManualClock,
  handle: ExecutionHandle,
  patienceMs: number = longerThanAnyLimitMs,
): Promise<RunResult> {
  let result: RunResult | undefined
  void handle.wait().then((settled) => {
    result = settled
  })
  const until = clock.now() + patienceMs
  await settlePromises()
  while (result === undefined) {
    if (clock.now() > until + patienceMs) throw new Error('the run did not settle')
    if (clock.now() > until || clock.scheduled === 0) {
      void handle.cancel('shutdown')
      await settlePromises()
      if (result === undefined && clock.scheduled === 0)
        throw new Error('the run did not settle, and waits for no timer')
    }
    clock.runNext()
    await settlePromises()
  }
  return result
}
