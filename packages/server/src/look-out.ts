import type { Clock } from '@geppetto/context'
import type { ExecutionHandle } from '@geppetto/session'
import { createWaker } from './waker.ts'

/** How often it is looked, in milliseconds. */
const lookMs = 50

/** Looks whether a run that was begun is put in line instead, as another owner has its session; until `stop` is called. */
export function lookOutFor(
  clock: Clock,
  handle: ExecutionHandle,
): { readonly untilQueued: Promise<'queued' | undefined>; stop(): void } {
  const waker = createWaker(clock)
  let isOver = false
  const look = async () => {
    while (!isOver && handle.state !== 'queued') await waker.wait(lookMs)
    return isOver ? undefined : ('queued' as const)
  }
  const stop = () => {
    isOver = true
    waker.wake()
  }
  return { untilQueued: look(), stop }
}
