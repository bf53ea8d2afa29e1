import { useEffect, useRef } from 'react'
import type { Phase } from './phases.ts'

interface Props {
  readonly phases: readonly Phase[]
  readonly shown: string | undefined
  readonly onShow: (key: string) => void
}

/** The points of a run at which its turn can be looked at. */
export function PhaseStrip({ phases, shown, onShow }: Props) {
  const chosen = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown, phases.length])
  return (
    <fieldset className="debug-phases" aria-label="Phases">
      {phases.map(({ key, label, fresh }) => (
        <button
          key={key}
          ref={key === shown ? chosen : undefined}
          type="button"
          aria-pressed={key === shown}
          onClick={() => onShow(key)}
        >
          {label}
          {fresh.size > 0 && <small> +{fresh.size}</small>}
        </button>
      ))}
    </fieldset>
  )
}
