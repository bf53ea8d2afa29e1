import type { UsedSessions } from '@geppetto/react'
import { useEffect } from 'react'

/** How often the list is asked for while an answer of another conversation is being written, in milliseconds. */
const pauseMs = 3_000

/** Sees that the list tells when an answer has ended that nobody follows. The one that is open tells by itself. */
export function useFreshList({ sessions, refresh }: UsedSessions, current: string | undefined): void {
  const isWaiting = sessions.some(({ sessionId, isRunning }) => isRunning && sessionId !== current)
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh()
    }, pauseMs)
    return () => clearInterval(timer)
  }, [isWaiting, refresh])
}
