import type { RunView } from '@geppetto/client'
import { Play, RotateCcw, TriangleAlert } from 'lucide-react'
import { adviceForRun, noteForStop } from '../state/advice.ts'

/** Below the latest answer: why it is not complete, and what can be done. */
export function RunNote({
  run,
  head,
  onResume,
  onRetry,
}: {
  readonly run: RunView
  readonly head: string | undefined
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
  const canGoOn = last.status === 'failed' || last.status === 'cancelled'
  return (
    <div className="run-note" data-status={isCutOff ? 'interrupted' : last.status} role="status">
      {(last.status === 'failed' || isCutOff) && <TriangleAlert aria-hidden="true" />}
      <p>
        <strong>{isCutOff ? `Interrupted. ${title}` : title}</strong> {advice}
        {last.error?.requestId !== undefined && <small>Request {last.error.requestId}</small>}
      </p>
      {canGoOn && (
        <div>
          <button type="button" className="button small" onClick={onResume}>
            <Play aria-hidden="true" />
            Continue
          </button>
          <button type="button" className="button small" onClick={onRetry}>
            <RotateCcw aria-hidden="true" />
            Answer again
          </button>
        </div>
      )}
    </div>
  )
}
