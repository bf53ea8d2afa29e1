import type { Block } from './block.ts'
import { endsStep } from './seal.ts'

/** What is arranged: a block, and whatever else is known of it. */
interface Entry {
  readonly block: Block
}

/** What the model said and called in one go, or what somebody else said. */
interface Step<E> {
  readonly entries: E[]
  /** The results of its calls that stood elsewhere. */
  readonly arrivals: E[]
  readonly callIds: Set<string>
  hasResults: boolean
}

/** The entries with each result in the step of its call. */
interface Arranged<E> {
  readonly entries: readonly E[]
  /** The results that stood elsewhere. */
  readonly moved: ReadonlySet<E>
}

/**
 * Puts each result that stands before its call, or behind what was said after the call's step, at the end of that step. All else keeps its order;
 * a result without a call stays where it is.
 */
export function arrangeResults<E extends Entry>(entries: readonly E[]): Arranged<E> {
  const steps: Step<E>[] = []
  const homes = new Map<string, Step<E>>()
  const strangers = new Map<E, string>()
  for (const entry of entries) {
    const { block } = entry
    const step = stepFor(block, steps)
    step.entries.push(entry)
    if (block.kind === 'tool-result') {
      if (step.callIds.has(block.callId)) step.hasResults = true
      else strangers.set(entry, block.callId)
    } else if (block.kind === 'tool-call') {
      step.callIds.add(block.callId)
      if (!homes.has(block.callId)) homes.set(block.callId, step)
    }
  }
  const moved = new Set<E>()
  for (const [entry, callId] of strangers) {
    const home = homes.get(callId)
    if (home === undefined) continue
    moved.add(entry)
    home.arrivals.push(entry)
  }
  if (moved.size === 0) return { entries, moved }
  return {
    entries: steps.flatMap((step) => [...step.entries.filter((entry) => !moved.has(entry)), ...step.arrivals]),
    moved,
  }
}

/** The step that the block goes on with, or the one that it begins. */
function stepFor<E>(block: Block, steps: Step<E>[]): Step<E> {
  const last = steps.at(-1)
  if (last !== undefined && !endsStep(block, last.hasResults)) return last
  const step: Step<E> = { entries: [], arrivals: [], callIds: new Set(), hasResults: false }
  steps.push(step)
  return step
}
