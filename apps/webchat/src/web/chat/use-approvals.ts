import type { SessionClient, SessionState } from '@geppetto/client'
import { useEffect, useState } from 'react'
import { approvalsChanged } from '../../shared/facts.ts'
import { readApprovals } from '../state/client.ts'

const none: ReadonlySet<string> = new Set()

/** The ids of the tool calls that wait for a yes. */
export function useApprovals(session: SessionClient, { run, connection }: SessionState): ReadonlySet<string> {
  const [waiting, setWaiting] = useState(none)
  const isActive = run.status === 'running' && connection === 'live'
  useEffect(() => {
    if (!isActive) {
      setWaiting(none)
      return
    }
    let asked = 0
    const load = async () => {
      const question = ++asked
      try {
        const pending = await readApprovals(session.sessionId)
        if (question === asked) setWaiting(new Set(pending.map(({ callId }) => callId)))
      } catch {
        // The connection broke: when it is back, this is asked anew.
      }
    }
    void load()
    const leave = session.onEvent((event) => {
      if (event.type === 'custom' && event.name === approvalsChanged) void load()
    })
    return () => {
      asked = -1
      leave()
    }
  }, [session, isActive])
  return waiting
}
