import type { JsonObject, Turn } from '@geppetto/turns'
import { type Snapshot, type SnapshotPhase, snapshotPhases } from '../contract/snapshot.ts'
import { type RecordPlace, refuse, requireIndex, requireObject, requireText } from '../contract/stored-field.ts'
import { changeOfKnown, type TurnChange } from './turn-change.ts'
import { decodeChange } from './turn-record.ts'

/** A snapshot of a run, as what it changed of the one before it; the first, of the turn as the run began. */
export interface SnapshotRecord {
  readonly type: 'snapshot'
  readonly runId: string
  /** From 0 within the run: one that is written again is the same. */
  readonly index: number
  readonly phase: SnapshotPhase
  readonly iteration: number
  readonly isOpen: boolean
  readonly turn: TurnChange
}

/** Reads a snapshot. @throws SessionError `invalid_stored_session` */
export function decodeSnapshotRecord(place: RecordPlace, record: JsonObject): SnapshotRecord {
  const phase = snapshotPhases.find((known) => known === record.phase)
  if (phase === undefined) return refuse(place, 'phase', `phase must be one of ${snapshotPhases.join(', ')}`)
  return {
    type: 'snapshot',
    runId: requireText(place, record.runId, 'runId'),
    index: requireIndex(place, record.index, 'index'),
    phase,
    iteration: requireIndex(place, record.iteration, 'iteration'),
    isOpen: record.isOpen === true,
    turn: decodeChange(place, requireObject(place, record.turn, 'turn')),
  }
}

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
