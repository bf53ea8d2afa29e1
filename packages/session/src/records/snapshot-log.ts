import type { Turn } from '@geppetto/turns'
import type { Snapshot, SnapshotPhase } from '../contract/snapshot.ts'
import type { SnapshotRecord } from './snapshot-record.ts'
import { changeOfKnown, type TurnChange } from './turn-change.ts'

/** Makes the records of the snapshots of one run. */
export class SnapshotLog {
  readonly #runId: string
  readonly #phases: ReadonlySet<SnapshotPhase>
  #before: Turn
  #count = 0

  constructor(runId: string, input: Turn, phases: ReadonlySet<SnapshotPhase>) {
    this.#runId = runId
    this.#before = input
    this.#phases = phases
  }

  /** Undefined where snapshots of that phase are not kept. */
  add({ phase, iteration, turn, isOpen }: Snapshot): SnapshotRecord | undefined {
    if (!this.#phases.has(phase)) return undefined
    const change = changeOfKnown(turn, this.#before) ?? unchanged(this.#before)
    this.#before = turn
    return { type: 'snapshot', runId: this.#runId, index: this.#count++, phase, iteration, isOpen, turn: change }
  }
}

function unchanged({ id, blocks }: Turn): TurnChange {
  return { id, parts: blocks.length === 0 ? [] : [[0, blocks.length]] }
}
