import type { SessionClient, SessionState } from '@geppetto/client'
import { isClientError } from '@geppetto/client'
import type { Event } from '@geppetto/events'
import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import type { Steps } from './use-steps.ts'

interface Props {
  readonly session: SessionClient
  readonly run: SessionState['run']
  readonly steps: Steps
  readonly events: readonly Event[]
}

/** The pause that is on, by what was said of the run. */
function pauseIn(events: readonly Event[]): { readonly pauseId: string; readonly phase: string } | undefined {
  const ended = new Set(events.flatMap((event) => (event.type === 'debugger-continued' ? [event.pauseId] : [])))
  return events
    .flatMap((event) => (event.type === 'debugger-paused' && !ended.has(event.pauseId) ? [event] : []))
    .at(-1)
}

/** Step mode: on or off, and, where a run is paused, what becomes of it. */
export function StepBar({ session, run, steps, events }: Props) {
  const [problem, setProblem] = useState<string>()
  const pause = run.status === 'running' ? pauseIn(events) : undefined
  const calls = events.filter(({ type }) => type === 'provider-call-started').length
  const end = async (action: 'continue' | 'cancel') => {
    setProblem(undefined)
    try {
      await session.debug.endPause(pause?.pauseId ?? '', action)
    } catch (error) {
      // Somebody else was faster.
      if (!isClientError(error) || error.code !== 'no_such_pause') setProblem(String(error))
    }
  }
  return (
    <section className="debug-steps" aria-label="Step mode" data-paused={pause !== undefined}>
      <button
        type="button"
        role="switch"
        aria-checked={steps.isWanted}
        className="switch"
        onClick={() => steps.set(!steps.isWanted)}
      >
        <span aria-hidden="true" />
        Step mode
      </button>
      {pause === undefined ? (
        <p>{steps.isWanted ? wordsOf(steps) : 'Pauses runs that call tools: before them, and after them'}</p>
      ) : (
        <>
          <p role="status">
            <strong>Paused {pause.phase.replace('_', ' ')}</strong>, call {calls}
          </p>
          <div>
            <button type="button" className="button small primary" onClick={() => void end('continue')}>
              <Play /> Continue
            </button>
            <button type="button" className="button small" onClick={() => void end('cancel')}>
              <Square /> Stop
            </button>
          </div>
        </>
      )}
      {problem !== undefined && <p className="problem">{problem}</p>}
    </section>
  )
}

function wordsOf({ isOn, error }: Steps): string {
  if (isOn) return 'On until this panel is closed. Only runs that call tools pause: before them, and after them'
  return error === undefined || error.retryable ? 'Waiting for the server…' : `Not possible: ${error.message}`
}
