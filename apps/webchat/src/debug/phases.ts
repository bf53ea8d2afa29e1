import type { SnapshotView } from '@geppetto/client'
import type { Block } from '@geppetto/turns'

/** The turn of a run at one point of it. */
export interface Phase {
  readonly key: string
  /** As on its button: `after call 1`. */
  readonly label: string
  /** Of the turns before, which are sent with it. */
  readonly earlier: readonly Block[]
  /** Its own. */
  readonly blocks: readonly Block[]
  /** Those of its own that the phase before had not, or not so. */
  readonly fresh: ReadonlySet<string>
}

const names: Readonly<Record<string, (iteration: number) => string>> = {
  pre_inference: (iteration) => `before call ${iteration}`,
  post_inference: (iteration) => `after call ${iteration}`,
  post_tools: (iteration) => `after tools ${iteration}`,
  final: () => 'at the end',
}

/** The phases of a run, in order; `own`: the blocks of its turn as they stand, with what is being said; `isLive`: whether it goes on. */
export function phasesOf(snapshots: readonly SnapshotView[], own: readonly Block[], isLive: boolean): readonly Phase[] {
  const found = snapshots.map(({ phase, iteration, blocks }, index) => {
    const start = Math.max(
      0,
      blocks.findIndex(({ id }) => id === own[0]?.id),
    )
    return {
      key: `${index} ${phase}`,
      label: names[phase]?.(iteration) ?? phase,
      earlier: blocks.slice(0, start),
      blocks: blocks.slice(start),
    }
  })
  // What is kept of a run is less than its turn while it goes on, and nothing where snapshots of it were never taken.
  const last = found.at(-1)
  const isNews = own.length > 0 && (last === undefined || (isLive && isOther(own, last.blocks)))
  const now = { key: 'now', label: isLive ? 'now' : 'at the end', earlier: last?.earlier ?? [], blocks: own }
  const all = isNews ? [...found, now] : found
  return all.map((phase, index) => ({ ...phase, fresh: freshOf(phase.blocks, all[index - 1]?.blocks) }))
}

function isOther(blocks: readonly Block[], before: readonly Block[] | undefined): boolean {
  return before?.length !== blocks.length || freshOf(blocks, before).size > 0
}

function freshOf(blocks: readonly Block[], before: readonly Block[] | undefined): ReadonlySet<string> {
  if (before === undefined) return new Set()
  const known = new Map(before.map((block) => [block.id, contentOf(block)]))
  return new Set(blocks.filter((block) => known.get(block.id) !== contentOf(block)).map(({ id }) => id))
}

/** All but when it was made: what follows a run by its events has that a moment later. */
function contentOf({ createdAt: _, ...content }: Block): string {
  return JSON.stringify(content)
}
