import type { BranchView } from '@geppetto/client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '../ui/icon-button.tsx'

/** Moves between the versions of a message and its answer. */
export function BranchArrows({
  branches,
  isDisabled,
  onGo,
}: {
  readonly branches: readonly BranchView[]
  readonly isDisabled: boolean
  readonly onGo: (tipId: string) => void
}) {
  if (branches.length < 2) return null
  const at = branches.findIndex(({ isCurrent }) => isCurrent)
  const go = (branch: BranchView | undefined) => {
    if (branch?.tipId !== undefined) onGo(branch.tipId)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are no fields of a form
    <span className="branches" role="group" aria-label="Versions">
      <IconButton label="Earlier version" disabled={isDisabled || at <= 0} onClick={() => go(branches[at - 1])}>
        <ChevronLeft />
      </IconButton>
      <span aria-live="polite">
        {at + 1}/{branches.length}
      </span>
      <IconButton
        label="Later version"
        disabled={isDisabled || at >= branches.length - 1}
        onClick={() => go(branches[at + 1])}
      >
        <ChevronRight />
      </IconButton>
    </span>
  )
}
