import type { RunView } from '@geppetto/client'
import { Play, RotateCcw, TriangleAlert } from 'lucide-react'
import { adviceForRun, noteForStop } from '../state/advice.ts'

/** Below the latest answer: why it is not complete, and what can be done. */
export function RunNote({
  run,
  head,
  hasAnswer,
  onResume,
  onRetry,
}: {
  readonly run: RunView
  readonly head: string | undefined
  /** Whether there is something to go on with. */
  readonly hasAnswer: boolean
  readonly onResume: () => void
  readonly onRetry: () => void
}) {
  const { last, status } = run
  if (last === undefined || last.turnId !== head || (status !== 'idle' && status !== 'interrupted')) return null
  const isCutOff = status === 'interrupted'
  const { title, advice } =
    last.status === 'failed' && last.error !== undefined
      ? adviceForRun(last.error)
      : { title: noteForStop(last.stop), advice: isCutOff ? 'Nothing that was said is lost.' : '' }
  if (title === undefined) return null
  const isOver = last.status === 'completed' || last.status === 'waiting'
  return (
    <div className="run-note" data-status={isCutOff ? 'interrupted' : last.status} role="status">
      {(last.status === 'failed' || isCutOff) && <TriangleAlert aria-hidden="true" />}
      <p>
        <strong>{[...(isCutOff ? ['Interrupted'] : []), title].map(sentence).join(' ')}</strong> {advice}
        {last.error?.requestId !== undefined && <small>Request {last.error.requestId}</small>}
      </p>
      {!isOver && (
        <div>
          {(hasAnswer || isCutOff) && (
            <button type="button" className="button small" onClick={onResume}>
              <Play aria-hidden="true" />
              Continue
            </button>
          )}
          <button type="button" className="button small" onClick={onRetry}>
            <RotateCcw aria-hidden="true" />
            Answer again
          </button>
        </div>
      )}
    </div>
  )
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
