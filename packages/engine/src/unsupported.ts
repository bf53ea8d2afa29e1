import type { Block } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/** The turn holds what the API or host cannot take, and leaving it out would lose it. */
export function unsupported(what: string, block?: Block): EngineError {
  const where = block === undefined ? '' : ` (block ${block.id})`
  return new EngineError('unsupported', `${what}${where}`)
}
