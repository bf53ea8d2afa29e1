import type { Block } from './index.ts'

/** A block that counts how often anybody looks at it: reads a field, its keys, whether it is frozen. */
export function watch(block: Block): { readonly block: Block; readonly looks: () => number } {
  let looks = 0
  // Whatever is done to the proxy asks its handler for the trap; without one, it is done to the block.
  const handler = new Proxy({}, { get: () => void looks++ })
  return { block: new Proxy(block, handler), looks: () => looks }
}
