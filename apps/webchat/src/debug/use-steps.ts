import type { ClientError, SessionClient } from '@geppetto/client'
import { useEffect, useState } from 'react'

/** Whether the runs of a session pause. */
export interface Steps {
  readonly isWanted: boolean
  /** Whether the server has heard of it. */
  readonly isOn: boolean
  readonly error: ClientError | undefined
  readonly set: (isWanted: boolean) => void
}

/** Steps through a session while it is wanted and the page is there. */
export function useSteps(session: SessionClient): Steps {
  const [isWanted, set] = useState(false)
  const [{ isOn, error }, setState] = useState<Pick<Steps, 'isOn' | 'error'>>({ isOn: false, error: undefined })
  useEffect(() => {
    if (!isWanted) return
    const stop = session.debug.stepThrough((isOn, error) => setState({ isOn, error }))
    return () => {
      stop()
      setState({ isOn: false, error: undefined })
    }
  }, [session, isWanted])
  return { isWanted, isOn, error, set }
}
