import type { FaultPart } from './fault-points.ts'

/** What a fault throws. */
export class FaultError extends Error {
  constructor(part: FaultPart, name: string) {
    super(`fault in the ${part}: ${name}`)
    this.name = 'FaultError'
  }
}
