import { X } from 'lucide-react'
import type { Advice } from '../state/advice.ts'
import { IconButton } from '../ui/icon-button.tsx'

/** What could not be done, and what to do instead. */
export function ProblemBar({
  problem,
  onClose,
}: {
  readonly problem: Advice | undefined
  readonly onClose: () => void
}) {
  return (
    <div role="alert" className="problem-bar">
      {problem !== undefined && (
        <p>
          <span>
            <strong>{problem.title}.</strong> {problem.advice}
          </span>
          <IconButton label="Close" onClick={onClose}>
            <X />
          </IconButton>
        </p>
      )}
    </div>
  )
}
