import type { RunInfo, TurnView } from '@geppetto/client'
import { contentText } from '@geppetto/turns'

interface Props {
  readonly runs: readonly RunInfo[] | undefined
  readonly turns: readonly TurnView[]
  readonly shown: string | undefined
  /** Whether the newest is shown, whichever that is. */
  readonly isFollowing: boolean
  readonly onChoose: (runId: string | undefined) => void
}

const newest = 'newest'

/** How much of a prompt tells what a run is. */
const maxPrompt = 40

/** Which run is looked at. */
export function RunPicker({ runs = [], turns, shown, isFollowing, onChoose }: Props) {
  const count = runs.length
  return (
    <select
      className="debug-runs"
      aria-label="Run"
      value={isFollowing ? newest : shown}
      onChange={({ target: { value } }) => onChoose(value === newest ? undefined : value)}
    >
      <option value={newest}>{runs[0] === undefined ? 'No run yet' : `Newest: ${nameOf(runs[0], turns)}`}</option>
      {runs.map((run, index) => (
        <option key={run.runId} value={run.runId}>
          {`${count - index}. ${nameOf(run, turns)}`}
        </option>
      ))}
    </select>
  )
}

function nameOf(run: RunInfo, turns: readonly TurnView[]): string {
  return `${promptOf(run, turns)} (${run.status === 'open' ? 'running' : run.status})`
}

function promptOf({ turnId, runId }: RunInfo, turns: readonly TurnView[]): string {
  const blocks = turns.find((turn) => turn.turnId === turnId)?.blocks ?? []
  const said = blocks.findLast((block) => block.kind === 'user')
  const text = said?.kind === 'user' ? contentText(said.content).trim() : ''
  if (text === '') return runId
  return text.length > maxPrompt ? `${text.slice(0, maxPrompt)}…` : text
}
