import type { Clock } from '@geppetto/context'

/** Whether who holds a stream may go on to: `gone` where the session is not there any more, or not for him. */
export type Stay = 'allowed' | 'refused' | 'gone'

/** Asks now and then whether a stream may go on. */
export type Recheck = () => Promise<Stay>

/** Asks every `everyMs`, and says `allowed` in between. */
export function createRecheck(clock: Clock, everyMs: number, mayStay: Recheck): Recheck {
  let askedAt = clock.now()
  return async () => {
    if (clock.now() < askedAt + everyMs) return 'allowed'
    askedAt = clock.now()
    return mayStay()
  }
}
