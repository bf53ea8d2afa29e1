import type { Figure, Results } from './results.ts'
import type { Target } from './targets.ts'

/** What became of a target. */
export interface Verdict {
  readonly target: Target
  /** Absent where it was not measured. */
  readonly figure?: Figure
  readonly fault?: string
  /** `near`: over the limit by no more than the noise of the rounds. */
  readonly state: 'met' | 'near' | 'missed' | 'not measured'
}

export function judge(targets: readonly Target[], { rows }: Pick<Results, 'rows'>): Verdict[] {
  return targets.map((target) => {
    const row = rows.find(
      ({ section, case: name, client }) =>
        section === target.section && name === target.case && client === target.client,
    )
    if (row?.fault !== undefined) return { target, fault: row.fault, state: 'missed' }
    const figure = row?.figures[target.figure]
    return figure === undefined ? { target, state: 'not measured' } : { target, figure, state: stateOf(figure, target) }
  })
}

function stateOf({ median, noise }: Figure, { limit }: Target): Verdict['state'] {
  if (median <= limit) return 'met'
  return median <= limit + noise ? 'near' : 'missed'
}
