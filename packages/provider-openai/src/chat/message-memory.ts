import type { Block } from '@geppetto/turns'
import type { WireStep, WireStretch } from './wire-message.ts'

/** Remembers how blocks were said, by their identity: a long conversation is not written anew for each call. Holds on to nothing that nobody else holds. */
class BlockMemory<Said> {
  readonly #byFirst = new WeakMap<
    Block,
    { readonly blocks: readonly Block[]; readonly facts: string; readonly said: Said }
  >()

  /** How the blocks were said; undefined where they were not. @param facts what beside the blocks decides how they are said. */
  recall(blocks: readonly Block[], facts: string): Said | undefined {
    const [first] = blocks
    const known = first && this.#byFirst.get(first)
    return known !== undefined && known.facts === facts && isSame(known.blocks, blocks) ? known.said : undefined
  }

  /** Gives back what was said. */
  remember(blocks: readonly Block[], facts: string, said: Said): Said {
    const [first] = blocks
    if (first !== undefined) this.#byFirst.set(first, { blocks, facts, said })
    return said
  }

  /** What begins with that block is remembered elsewhere. */
  forget(first: Block): void {
    this.#byFirst.delete(first)
  }
}

/** How the steps at the end of a conversation were said, and the stretches before them. */
export interface MessageMemory {
  readonly steps: BlockMemory<WireStep>
  readonly stretches: BlockMemory<WireStretch>
}

export function createMessageMemory(): MessageMemory {
  return { steps: new BlockMemory(), stretches: new BlockMemory() }
}

function isSame(one: readonly Block[], other: readonly Block[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
