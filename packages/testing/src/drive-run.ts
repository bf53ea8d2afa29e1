import type { ManualClock } from '@geppetto/context/manual-clock'
import { settlePromises } from '@geppetto/context/manual-clock'
import type { ExecutionHandle, RunResult } from '@geppetto/session'

/** A provider call may take ten minutes: what ends by a time limit of its own shall end by that. */
const longerThanAnyLimitMs = 11 * 60_000

/** How a run ended that was given time. */
export interface DrivenRun {
  readonly result: RunResult
  /** Whether it would have gone on for ever: it was cancelled. */
  readonly wasStopped: boolean
}

/**
 * Lets time pass until the run is over. One that goes on for longer than any limit, or waits for nothing that is scheduled, is
 * cancelled, and then has as long again.
 * @throws Error when it does not settle then.
 */
export async function driveRun(clock: ManualClock, handle: ExecutionHandle): Promise<DrivenRun> {
  let result: RunResult | undefined
  let wasStopped = false
  void handle.wait().then((settled) => {
    result = settled
  })
  const until = clock.now() + longerThanAnyLimitMs
  await settlePromises()
  while (result === undefined) {
    if (clock.now() > until + longerThanAnyLimitMs) throw new Error('P4: the run did not settle')
    if (clock.now() > until || clock.scheduled === 0) {
      wasStopped = true
      void handle.cancel('shutdown')
      await settlePromises()
      if (result === undefined && clock.scheduled === 0)
        throw new Error('P4: the run did not settle, and waits for no timer')
    }
    clock.runNext()
    await settlePromises()
  }
  return { result, wasStopped }
}
