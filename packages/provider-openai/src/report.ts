import { type Degradation, EngineError } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'

/** Notes a rewrite that was needed to fit a turn to an API. */
export type Report = (code: string, message: string, block?: Block) => void

/** Collects rewrites in `list`. */
export function reportTo(list: Degradation[]): Report {
  return (code, message, block) => {
    list.push({ code, message, ...(block === undefined ? undefined : { blockId: block.id }) })
  }
}

/** The turn holds what the API or host cannot take, and leaving it out would lose it. */
export function unsupported(what: string, block?: Block): EngineError {
  const where = block === undefined ? '' : ` (block ${block.id})`
  return new EngineError('unsupported', `${what}${where}`)
}
