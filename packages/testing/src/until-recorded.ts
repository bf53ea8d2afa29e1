import { waitOn } from './clock-wait.ts'
import type { Replay } from './reel.ts'

/** How much later than it did a program may give something up, in milliseconds on the replay's clock. */
const slackMs = 1_000

/** Waits until a time, in milliseconds since the epoch, at which something was recorded. Rejects with the signal's reason when it aborts. */
export function untilRecorded({ clock }: Replay, time: number, signal: AbortSignal): Promise<void> {
  return waitOn({ now: clock.now, schedule: clock.scheduleRecorded }, Math.max(0, time - clock.now()), signal)
}

/**
 * Waits for the signal, since what would have come is not known: the program had given it up at `time` (undefined: at the end of the
 * session). Rejects with the signal's reason; when the program goes on waiting, with a mismatch.
 */
export async function untilStopped(
  replay: Replay,
  time: number | undefined,
  signal: AbortSignal,
  what: string,
): Promise<never> {
  const { clock } = replay
  const leftMs = time === undefined ? Number.POSITIVE_INFINITY : time + slackMs - clock.now()
  await waitOn(clock, leftMs, signal)
  throw replay.fail(`${what} was given up when it was recorded, and is now waited for`)
}
