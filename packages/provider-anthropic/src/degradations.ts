import type { Degradation } from '@geppetto/engine'

/** Collects the rewrites that a request needed. */
export class Degradations {
  readonly list: Degradation[] = []

  add(code: string, message: string, blockId?: string): void {
    this.list.push({ code, message, ...(blockId === undefined ? undefined : { blockId }) })
  }
}
