import type { Block } from '@geppetto/turns'

/** Where a request goes: whose opaque data may be in it. */
export interface ReplayTarget {
  readonly api: string
  readonly host: string
  /** The model that is asked. */
  readonly model: string
}

/**
 * The provider messages whose opaque data may go back to `target`, as it was: by group, with their blocks in order. A group is there whole
 * or not at all: not where one of its blocks is of another API, host or model family, was cut off, or may not be replayed.
 * Whether blocks of it are missing, only the adapter can tell, by what it has put into the payloads.
 */
export function replayGroups(blocks: readonly Block[], target: ReplayTarget): ReadonlyMap<string, readonly Block[]> {
  const family = modelFamily(target.model)
  const isOfFamily = (model: string): boolean => model === target.model || modelFamily(model) === family
  const groups = new Map<string, Block[]>()
  const broken = new Set<string>()
  for (const block of blocks) {
    const { native } = block
    if (native === undefined) continue
    const group = groups.get(native.group)
    if (group === undefined) groups.set(native.group, [block])
    else group.push(block)
    const isAtHome = native.api === target.api && native.host === target.host && isOfFamily(native.model)
    if (!isAtHome || !isWhole(block)) broken.add(native.group)
  }
  for (const group of broken) groups.delete(group)
  return groups
}

/** A call that was cut off has opaque data only where its adapter said that it may go back so. */
function isWhole(block: Block): boolean {
  if (block.kind === 'tool-call') return true
  return block.complete !== false && !(block.kind === 'reasoning' && block.replayable === false)
}

/** What versions of one model have in common: its name without the date of a snapshot, or `latest`. */
export function modelFamily(model: string): string {
  return model.toLowerCase().replace(/[-@:](?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '')
}
