import { vi } from 'vitest'
import type { Block } from './index.ts'
import { levelsOfData, markData } from './own-mark.ts'

/**
 * Counts how often anybody looks at the blocks with these ids: reads a field, its keys, whether it is frozen. Those that are made from now
 * on are watched, until `vi.restoreAllMocks`. A block that is a proxy already would not do: the door copies it.
 */
export function watchBlocks(...ids: readonly string[]): { readonly looks: () => number } {
  let looks = 0
  // Whatever is done to the proxy asks its handler for the trap; without one, it is done to the block.
  const handler = new Proxy({}, { get: () => void looks++ })
  const freeze = Object.freeze
  // What the door lets in is what freezing returns.
  vi.spyOn(Object, 'freeze').mockImplementation((value: unknown): Readonly<unknown> => {
    const frozen: Readonly<unknown> = freeze(value)
    if (!isBlock(frozen) || !ids.includes(frozen.id)) return frozen
    const watched = new Proxy(frozen, handler)
    const levels = levelsOfData(frozen)
    if (levels !== undefined) markData(watched, levels)
    return watched
  })
  return { looks: () => looks }
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && 'id' in value && 'kind' in value && typeof value.id === 'string'
}
