import { ConversationMemory, type Degradation, NamesSoFar } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'
import type { WireMessage, WireStep } from './wire-message.ts'

/** What was said of a conversation. */
export interface SaidMessages {
  /** What is before the last stretch, as texts of messages that are separated by commas. */
  readonly texts: readonly string[]
  /** The messages of the last stretch. */
  readonly messages: readonly WireMessage[]
  /** What had to be rewritten. */
  readonly degradations: readonly Degradation[]
  /** The ids of calls that were sent. */
  readonly ids: NamesSoFar
}

/** Before anything is said. */
export const nothingSaid: SaidMessages = { texts: [], messages: [], degradations: [], ids: NamesSoFar.none }

/** Remembers how steps were said, by the identity of their blocks. Holds on to nothing that nobody else holds. */
export class StepMemory {
  readonly #byFirst = new WeakMap<
    Block,
    { readonly blocks: readonly Block[]; readonly facts: string; readonly said: WireStep }
  >()

  /** How the blocks were said; undefined where they were not. @param facts what beside the blocks decides how they are said. */
  recall(blocks: readonly Block[], facts: () => string): WireStep | undefined {
    const [first] = blocks
    const known = first && this.#byFirst.get(first)
    return known !== undefined && isSame(known.blocks, blocks) && known.facts === facts() ? known.said : undefined
  }

  remember(blocks: readonly Block[], facts: string, said: WireStep): void {
    const [first] = blocks
    if (first !== undefined) this.#byFirst.set(first, { blocks, facts, said })
  }

  /** What begins with that block is remembered elsewhere. */
  forget(first: Block): void {
    this.#byFirst.delete(first)
  }
}

/** How conversations begin, and the steps at their ends. */
export interface MessageMemory {
  readonly steps: StepMemory
  readonly beginnings: ConversationMemory<SaidMessages>
}

export function createMessageMemory(): MessageMemory {
  return { steps: new StepMemory(), beginnings: new ConversationMemory() }
}

function isSame(one: readonly Block[], other: readonly Block[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
