import type { RunInfo, SessionClient, SessionState } from '@geppetto/client'
import { useEffect, useState } from 'react'

/** The runs of a session, newest first; undefined until they are known. */
export function useRuns(session: SessionClient, { run, connection }: SessionState): readonly RunInfo[] | undefined {
  const [runs, setRuns] = useState<readonly RunInfo[]>()
  const facts = `${run.runId} ${run.status} ${run.last?.runId} ${connection === 'live'}`
  useEffect(() => {
    let isGone = false
    session.debug.runs().then(
      (found) => {
        if (!isGone) setRuns([...found].reverse())
      },
      // The connection is back in a moment, and then this is asked anew.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [session, facts])
  return runs
}
