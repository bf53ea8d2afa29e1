import type { SessionClient, SessionState } from '@geppetto/client'

/** What the panel is given: the session that is open, and how it stands. */
export interface DebugPanelProps {
  readonly session: SessionClient
  readonly state: SessionState
  readonly onClose: () => void
}

/** For those who look for faults: what a session is made of. */
export default function DebugPanel({ state, onClose }: DebugPanelProps) {
  return (
    <aside className="debug-panel" aria-label="Debug">
      <header>
        <h2>Debug</h2>
        <button type="button" className="button small" onClick={onClose}>
          Close
        </button>
      </header>
      <pre>{JSON.stringify({ run: state.run, turns: state.turns.length }, null, 2)}</pre>
    </aside>
  )
}
