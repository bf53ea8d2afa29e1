import type { SnapshotView } from '@geppetto/client'
import type { Block } from '@geppetto/turns'

/** The turn of a run at one point of it. */
export interface Phase {
  readonly key: string
  /** As on its button: `after call 1`. */
  readonly label: string
  readonly blocks: readonly Block[]
  /** Those that the phase before had not, or not so. */
  readonly fresh: ReadonlySet<string>
}

const names: Readonly<Record<string, (iteration: number) => string>> = {
  pre_inference: (iteration) => `before call ${iteration}`,
  post_inference: (iteration) => `after call ${iteration}`,
  post_tools: (iteration) => `after tools ${iteration}`,
  final: () => 'at the end',
}

/** The phases of a run, in order; `live`: the blocks as they are said, while it goes on. */
export function phasesOf(snapshots: readonly SnapshotView[], live: readonly Block[] | undefined): readonly Phase[] {
  const found = snapshots.map(({ phase, iteration, blocks }, index) => ({
    key: `${index} ${phase}`,
    label: names[phase]?.(iteration) ?? phase,
    blocks,
  }))
  const isNews = live !== undefined && isOther(live, found.at(-1)?.blocks)
  const all = isNews ? [...found, { key: 'now', label: 'now', blocks: live }] : found
  return all.map((phase, index) => ({ ...phase, fresh: freshOf(phase.blocks, all[index - 1]?.blocks) }))
}

function isOther(blocks: readonly Block[], before: readonly Block[] | undefined): boolean {
  return before?.length !== blocks.length || freshOf(blocks, before).size > 0
}

function freshOf(blocks: readonly Block[], before: readonly Block[] | undefined): ReadonlySet<string> {
  if (before === undefined) return new Set()
  const known = new Map(before.map((block) => [block.id, JSON.stringify(block)]))
  return new Set(blocks.filter((block) => known.get(block.id) !== JSON.stringify(block)).map(({ id }) => id))
}
