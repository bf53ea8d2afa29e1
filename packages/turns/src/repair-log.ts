import type { Block } from './block.ts'
import type { TurnFindingCode } from './diagnose.ts'
import { ownJson } from './own-json.ts'
import type { SealOptions } from './seal.ts'

/** One thing that a repair did. */
export interface TurnChange {
  /** What was wrong. */
  readonly code: TurnFindingCode
  readonly action: 'dropped' | 'changed' | 'moved' | 'added'
  /** Where in what was given; what was added, where in the repaired turn. */
  readonly path: string
  /** The block in the repaired turn, or the one that is no longer in it. */
  readonly blockId?: string
  readonly message: string
  /** What stood there, if it was dropped or changed: plain data if it can be, else the thing itself. */
  readonly before?: unknown
}

/** A block, and where it stood. */
export interface PlacedBlock {
  readonly block: Block
  readonly path: string
}

/** What a repair did, and what it takes from outside. */
export class RepairLog {
  readonly changes: TurnChange[] = []
  readonly #options: SealOptions

  constructor(options: SealOptions) {
    this.#options = options
  }

  add(change: TurnChange): void {
    const before = ownJson(change.before, '').value
    this.changes.push(before === undefined ? change : { ...change, before })
  }

  /** Milliseconds since the epoch. */
  now(): number {
    const time = this.#options.now?.()
    return Number.isFinite(time) && time !== undefined ? time : Date.now()
  }

  /** An id that is not among `taken`. */
  freshId(taken: { has(id: string): boolean } = new Set<string>()): string {
    let id = this.#options.nextId?.() ?? ''
    while (id.trim() === '' || taken.has(id)) id = `blk_${crypto.randomUUID()}`
    return id
  }
}
