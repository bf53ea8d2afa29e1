import type { RunView, TurnView } from '@geppetto/client'
import { Play, RotateCcw, TriangleAlert } from 'lucide-react'
import { canResume, hasAnswer, noteOfRun, sentences } from './answer-note.ts'

/** Below the latest answer: why it is not complete, and what can be done. It is read out by the page, once: this is no live region. */
export function RunNote({
  run,
  head,
  onResume,
  onContinue,
  onRetry,
}: {
  readonly run: RunView
  readonly head: TurnView | undefined
  readonly onResume: () => void
  /** Says that it shall go on: where a run has ended, it cannot be resumed. */
  readonly onContinue: () => void
  readonly onRetry: () => void
}) {
  const note = noteOfRun(run, head)
  const { last } = run
  if (note === undefined || last === undefined || head === undefined) return null
  const isCutOff = run.status === 'interrupted'
  const goesOn = canResume(last) ? (hasAnswer(head) || isCutOff) && onResume : isShort(last.stop) && onContinue
  return (
    <div className="run-note" data-status={isCutOff ? 'interrupted' : last.status}>
      {(last.status === 'failed' || isCutOff) && <TriangleAlert aria-hidden="true" />}
      <p>
        <strong>{sentences(isCutOff ? 'Interrupted' : '', note.title)}</strong> {note.advice}
        {last.error?.requestId !== undefined && <small>Request {last.error.requestId}</small>}
      </p>
      <div>
        {goesOn !== false && (
          <button type="button" className="button small" onClick={goesOn}>
            <Play aria-hidden="true" />
            Continue
          </button>
        )}
        <button type="button" className="button small" onClick={onRetry}>
          <RotateCcw aria-hidden="true" />
          Answer again
        </button>
      </div>
    </div>
  )
}

/** Whether the model had more to say. */
function isShort(stop: string): boolean {
  return stop === 'max_tokens' || stop === 'max_iterations'
}
