import { ConversationMemory } from '@geppetto/engine'
import type { Block, JsonValue } from '@geppetto/turns'
import type { SaidItems } from './said-items.ts'

/** The wire form of conversations, and of the blocks at their ends. Holds on to nothing that nobody else holds. */
export class WireCache {
  /** How conversations begin. */
  readonly beginnings: ConversationMemory<SaidItems> = new ConversationMemory()
  readonly #texts = new WeakMap<Block, { readonly key: string; readonly text: string }>()

  /** The block's text, made once. @param key what the form depends on beside the block. */
  textOf(block: Block, key: string, make: () => JsonValue): string {
    const known = this.#texts.get(block)
    if (known?.key === key) return known.text
    const text = JSON.stringify(make())
    this.#texts.set(block, { key, text })
    return text
  }

  /** The block is remembered with those around it. */
  forget(block: Block): void {
    this.#texts.delete(block)
  }
}
