import type { Clock } from '@geppetto/context'
import type { Connectivity } from './connectivity.ts'

/** What waiting depends on. */
export interface WaitingRoom {
  readonly clock: Clock
  readonly connectivity: Connectivity
  /** From 0 to 1: so that the clients of a server that comes back do not all come at once. */
  readonly random: () => number
}

const firstMs = 300
const longestMs = 15_000

/** How long to wait before try number `attempt`, from 1: twice as long each time, less a random part of up to half. */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** (attempt - 1))
  return full * (1 - random() / 2)
}

/** Waits that long, and as long as there is no network; not longer once there is one again, or the signal aborts. */
export function waitToRetry(room: WaitingRoom, ms: number, signal: AbortSignal): Promise<void> {
  const { clock, connectivity } = room
  return new Promise((resolve) => {
    let isOver = false
    const stopTimer = clock.schedule(() => {
      isOver = true
      check()
    }, ms)
    const wasOffline = !connectivity.isOnline
    const end = () => {
      stopTimer()
      stopListening()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const check = () => {
      if (connectivity.isOnline && (isOver || wasOffline)) end()
    }
    const stopListening = connectivity.onChange(check)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
