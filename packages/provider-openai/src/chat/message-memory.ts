import type { Block } from '@geppetto/turns'
import type { Step } from './steps.ts'
import type { WireStep } from './wire-message.ts'

interface Remembered {
  readonly step: Step
  readonly facts: string
  readonly made: WireStep
}

/** Remembers how a step was said, by the identity of its blocks: a long conversation is not written anew for each call. */
export interface MessageMemory {
  /** How the step was said; undefined where it was not. @param facts what beside the blocks decides how it is said. */
  recall(step: Step, facts: string): WireStep | undefined
  /** Gives back what was made of the step. */
  remember(step: Step, facts: string, made: WireStep): WireStep
}

/** A memory that holds on to nothing that nobody else holds. */
export function createMessageMemory(): MessageMemory {
  const byFirstBlock = new WeakMap<Block, Remembered>()
  return {
    recall(step, facts) {
      const first = firstBlock(step)
      const known = first && byFirstBlock.get(first)
      return known !== undefined && known.facts === facts && isSameStep(known.step, step) ? known.made : undefined
    },
    remember(step, facts, made) {
      const first = firstBlock(step)
      if (first !== undefined) byFirstBlock.set(first, { step, facts, made })
      return made
    },
  }
}

function firstBlock(step: Step): Block | undefined {
  return step.kind === 'answer' ? step.blocks[0] : step.block
}

function isSameStep(one: Step, other: Step): boolean {
  if (one.kind !== 'answer' || other.kind !== 'answer') return one.kind === other.kind
  return isSame(one.blocks, other.blocks) && isSame(one.results, other.results)
}

function isSame(one: readonly Block[], other: readonly Block[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
