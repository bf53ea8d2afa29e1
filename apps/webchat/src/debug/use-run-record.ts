import type { SentRequest, SessionClient, SnapshotView } from '@geppetto/client'
import type { Event } from '@geppetto/events'
import { useEffect, useMemo, useState } from 'react'
import { joined } from './event-rows.ts'

/** What there is of a run. */
export interface RunRecord {
  readonly snapshots: readonly SnapshotView[]
  readonly events: readonly Event[]
  /** How many older events are left out. */
  readonly left: number
  readonly requests: readonly SentRequest[]
}

const nothing: RunRecord = { snapshots: [], events: [], left: 0, requests: [] }

/** How many events are heard before older ones are forgotten: the server has them. */
const maxHeard = 20_000

/** After these the store has more of the run. */
const news: ReadonlySet<Event['type']> = new Set([
  'provider-call-started',
  'step-committed',
  'debugger-paused',
  'debugger-continued',
  'run-finished',
  'run-cancelled',
  'run-failed',
  'run-waiting',
])

/** How long the store takes to have what was heard, in milliseconds. */
const settleMs = 300

/** What there is of a run, and comes while it goes on. */
export function useRunRecord(session: SessionClient, runId: string | undefined): RunRecord {
  const [stored, setStored] = useState<RunRecord & { readonly of?: string }>(nothing)
  const { heard, moment } = useHeard(session)
  useEffect(() => {
    if (runId === undefined) return
    let isGone = false
    const load = async () => {
      const { debug } = session
      try {
        const asked = [debug.snapshots(runId), debug.events(runId), debug.requests(runId)] as const
        const [snapshots, { events, left }, requests] = await Promise.all(asked)
        if (!isGone) setStored({ snapshots, events, left, requests, of: runId })
      } catch {
        // The connection broke: what comes next is asked for again.
      }
    }
    void load()
    // What was said before anybody listened may not have been stored yet.
    const timer = setTimeout(load, settleMs)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [session, runId, moment])
  return useMemo(() => {
    const { of, ...record } = stored
    const own = heard.filter((event) => event.correlation.runId === runId)
    return of === runId ? { ...record, events: joined(record.events, own) } : { ...nothing, events: own }
  }, [stored, heard, runId])
}

/** What is heard of the session while the panel is open, once a frame; `moment` is another whenever the store has more. */
function useHeard(session: SessionClient): { readonly heard: readonly Event[]; readonly moment: number } {
  const [heard, setHeard] = useState<readonly Event[]>([])
  const [moment, setMoment] = useState(0)
  useEffect(() => {
    let frame: number | undefined
    const waiting: Event[] = []
    const show = () => {
      frame = undefined
      const come = waiting.splice(0)
      setHeard((before) => [...before, ...come].slice(-maxHeard))
      if (come.some(({ type }) => news.has(type))) setMoment((before) => before + 1)
    }
    const leave = session.onEvent((event) => {
      waiting.push(event)
      frame ??= requestAnimationFrame(show)
    })
    return () => {
      leave()
      if (frame !== undefined) cancelAnimationFrame(frame)
    }
  }, [session])
  return { heard, moment }
}
