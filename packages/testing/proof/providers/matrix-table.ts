import type { Place } from './matrix-begin.ts'
import type { Journey } from './matrix-journey.ts'

/** One row: a feature, and what came of carrying it from the table’s home to each target. */
export interface MatrixRow {
  readonly feature: string
  /** Undefined where the home has no such thing. */
  readonly journeys: ReadonlyMap<Place, Journey> | undefined
}

/** What was begun at one place, as a Markdown table. */
export function renderMatrix(home: Place, targets: readonly Place[], rows: readonly MatrixRow[]): string {
  const head = ['begun with', ...targets.map((target) => `to \`${target}\``), `back on \`${home}\``]
  const body = rows.map(({ feature, journeys }) => {
    if (journeys === undefined) return [feature, ...targets.map(() => '·'), '·']
    const there = targets.map((target) => renderCodes(journeys.get(target)?.there))
    return [feature, ...there, renderReturn([...journeys.values()])]
  })
  const lines = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`)
  return [`**Begun on \`${home}\`**`, '', ...lines].join('\n')
}

function renderCodes(codes: readonly string[] | undefined): string {
  if (codes === undefined) return 'no wire'
  return codes.length === 0 ? '✓' : `✓ ${codes.map((code) => `\`${code}\``).join(' ')}`
}

/** All ways back together: what any of them could not say, and of the opaque values the fewest that went back. */
function renderReturn(journeys: readonly Journey[]): string {
  const backs = journeys.map(({ back }) => back).filter((codes) => codes !== undefined)
  if (backs.length === 0) return 'no wire'
  const codes = [...new Set(backs.flat())].toSorted()
  const { of, count } = journeys
    .map(({ replayed }) => replayed)
    .reduce((one, other) => (other.count < one.count ? other : one))
  return of === 0 ? renderCodes(codes) : `${renderCodes(codes)} (${count} of ${of} opaque)`
}
