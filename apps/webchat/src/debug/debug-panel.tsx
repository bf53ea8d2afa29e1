import type { RunInfo, SessionClient, SessionState, TurnView } from '@geppetto/client'
import { X } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { IconButton } from '../web/ui/icon-button.tsx'
import { BlockList } from './block-list.tsx'
import './debug.css'
import { EventList } from './event-list.tsx'
import { rowsOf } from './event-rows.ts'
import { PhaseStrip } from './phase-strip.tsx'
import { phasesOf } from './phases.ts'
import { Requests } from './request-view.tsx'
import { RunPicker } from './run-picker.tsx'
import { useSelection } from './selection.ts'
import { StepBar } from './step-bar.tsx'
import { useRunRecord } from './use-run-record.ts'
import { useRuns } from './use-runs.ts'
import { useSteps } from './use-steps.ts'

/** What the panel is given: the session that is open, and how it stands. */
export interface DebugPanelProps {
  readonly session: SessionClient
  readonly state: SessionState
  readonly onClose: () => void
}

/** For those who look for faults: a run's turn by phase beside its events, its requests, and step mode. */
export default function DebugPanel({ session, state, onClose }: DebugPanelProps) {
  const steps = useSteps(session)
  const runs = useRuns(session, state)
  const [asked, setAsked] = useState<string>()
  const [tab, setTab] = useState<'turn' | 'requests'>('turn')
  const [call, setCall] = useState<string>()
  const { run, turns } = state
  const runId = asked ?? run.runId ?? runs?.[0]?.runId
  const record = useRunRecord(session, runId)
  const turn = turnOf(runId, runs, state)
  return (
    <aside className="debug-panel" aria-label="Debug">
      <header>
        <h2>Debug</h2>
        <RunPicker runs={runs} turns={turns} shown={runId} isFollowing={asked === undefined} onChoose={setAsked} />
        <IconButton label="Close the debug panel" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <StepBar session={session} run={run} steps={steps} events={record.events} />
      <div className="debug-tabs" role="tablist" aria-label="What is shown">
        <Tab id="turn" shown={tab} onShow={setTab}>
          Turn and events
        </Tab>
        <Tab id="requests" shown={tab} onShow={setTab}>
          Requests{record.requests.length > 0 ? ` (${record.requests.length})` : ''}
        </Tab>
      </div>
      <div className="debug-body" role="tabpanel" id="debug-view" aria-labelledby={`debug-tab-${tab}`}>
        {runId === undefined && <p className="debug-empty">Nothing has run here yet. Say something, and watch.</p>}
        {runId !== undefined && tab === 'turn' && (
          <TurnAndEvents
            key={runId}
            record={record}
            turn={turn}
            isLive={run.runId === runId}
            onShowRequest={(id) => {
              setCall(id)
              setTab('requests')
            }}
          />
        )}
        {runId !== undefined && tab === 'requests' && (
          <Requests
            session={session}
            turnId={turn?.turnId}
            requests={record.requests}
            chosen={call}
            onChoose={setCall}
          />
        )}
      </div>
    </aside>
  )
}

function turnOf(
  runId: string | undefined,
  runs: readonly RunInfo[] | undefined,
  { turns, run }: SessionState,
): TurnView | undefined {
  const turnId = runs?.find((known) => known.runId === runId)?.turnId
  if (turnId === undefined && run.runId === runId) return turns.at(-1)
  return turns.find((turn) => turn.turnId === turnId)
}

type TabId = 'turn' | 'requests'

function Tab({
  id,
  shown,
  onShow,
  children,
}: {
  readonly id: TabId
  readonly shown: TabId
  readonly onShow: (id: TabId) => void
  readonly children: ReactNode
}) {
  return (
    <button
      type="button"
      role="tab"
      id={`debug-tab-${id}`}
      aria-controls="debug-view"
      aria-selected={id === shown}
      tabIndex={id === shown ? 0 : -1}
      onClick={() => onShow(id)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
        const other = id === 'turn' ? 'requests' : 'turn'
        onShow(other)
        document.getElementById(`debug-tab-${other}`)?.focus()
      }}
    >
      {children}
    </button>
  )
}

function TurnAndEvents({
  record,
  turn,
  isLive,
  onShowRequest,
}: {
  readonly record: ReturnType<typeof useRunRecord>
  readonly turn: TurnView | undefined
  readonly isLive: boolean
  readonly onShowRequest: (providerCallId: string) => void
}) {
  const { selection, select } = useSelection()
  const [asked, setAsked] = useState<string>()
  const { snapshots, events, left, requests } = record
  const phases = useMemo(() => phasesOf(snapshots, turn?.blocks ?? [], isLive), [snapshots, turn, isLive])
  const rows = useMemo(() => rowsOf(events), [events])
  const phase = phases.find(({ key }) => key === asked) ?? phases.at(-1)
  const chosen = rows.find(({ key }) => key === selection?.key)?.first.correlation.providerCallId
  const hasRequest = requests.some(({ providerCallId }) => providerCallId === chosen)
  return (
    <div className="debug-turn">
      <PhaseStrip phases={phases} shown={phase?.key} onShow={setAsked} />
      <div className="debug-columns">
        <section aria-label="Turn by phase">
          <div className="debug-list-title">
            <h3>
              Turn <small>{phase?.label}</small>
            </h3>
          </div>
          {phase === undefined ? (
            <p className="debug-empty">Nothing of this turn is kept.</p>
          ) : (
            <BlockList phase={phase} selection={selection} onSelect={select} />
          )}
        </section>
        <section aria-label="Events">
          <div className="debug-list-title">
            <h3>
              Events <small>{events.length}</small>
            </h3>
            {chosen !== undefined && hasRequest && (
              <button type="button" className="button small" onClick={() => onShowRequest(chosen)}>
                Its request
              </button>
            )}
          </div>
          <EventList rows={rows} left={left} selection={selection} onSelect={select} />
        </section>
      </div>
    </div>
  )
}
