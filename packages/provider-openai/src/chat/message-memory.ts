import type { Block } from '@geppetto/turns'
import type { Step } from './steps.ts'
import type { WireStep } from './wire-message.ts'

interface Remembered {
  readonly blocks: readonly Block[]
  readonly facts: string
  readonly made: WireStep
}

/** Remembers how a step was said, by the identity of its blocks: a long conversation is not written anew for each call. */
export interface MessageMemory {
  /** @param facts what beside the blocks decides how the step is said. */
  recall(step: Step, facts: string, make: () => WireStep): WireStep
}

/** A memory that holds on to nothing that nobody else holds. */
export function createMessageMemory(): MessageMemory {
  const byFirstBlock = new WeakMap<Block, Remembered>()
  return {
    recall(step, facts, make) {
      const blocks = step.kind === 'answer' ? [...step.blocks, ...step.results] : [step.block]
      const [first] = blocks
      const known = first === undefined ? undefined : byFirstBlock.get(first)
      if (known !== undefined && known.facts === facts && isSame(known.blocks, blocks)) return known.made
      const made = make()
      if (first !== undefined) byFirstBlock.set(first, { blocks, facts, made })
      return made
    },
  }
}

function isSame(one: readonly Block[], other: readonly Block[]): boolean {
  return one.length === other.length && one.every((block, index) => block === other[index])
}
