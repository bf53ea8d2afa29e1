import type { Block } from '@geppetto/turns'

/** So many blocks make a stretch: few enough to say the last of them anew for each request, and so many that those before cost next to nothing. */
const stretchLength = 8

/**
 * The blocks in stretches, each of which can be said without what is behind it: one begins where a step begins, and all calls before it have their results. Where
 * they begin depends on what is before alone, so that they stay as they are when the conversation goes on.
 */
export function splitStretches(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const stretches: (readonly Block[])[] = []
  const open = new Set<string>()
  /** The calls of the answer that goes on. */
  const called = new Set<string>()
  let goesOn = false
  let start = 0
  let index = -1
  for (const block of blocks) {
    index++
    if (block.kind === 'unknown') continue
    if (block.kind === 'tool-result') {
      open.delete(block.callId)
      if (called.has(block.callId)) goesOn = false
      continue
    }
    const isOfModel = isSaidByModel(block)
    if (!goesOn || !isOfModel) {
      if (index - start >= stretchLength && open.size === 0) {
        stretches.push(blocks.slice(start, index))
        start = index
      }
      if (called.size > 0) called.clear()
    }
    goesOn = isOfModel
    if (block.kind !== 'tool-call') continue
    open.add(block.callId)
    called.add(block.callId)
  }
  stretches.push(start === 0 ? blocks : blocks.slice(start))
  return stretches
}

/** Whether a stretch that began with `next` when it was split off could as well have begun with `other`. */
export function mayContinue(next: Block, other: Block): boolean {
  if (next === other) return true
  // Where a model began to speak anew anybody may begin; where somebody else did, a model may only have gone on.
  return !isPassive(other) && (isSaidByModel(next) || !isSaidByModel(other))
}

/** Begins nothing. */
function isPassive({ kind }: Block): boolean {
  return kind === 'tool-result' || kind === 'unknown'
}

function isSaidByModel({ kind }: Block): boolean {
  return kind !== 'user' && kind !== 'system'
}
