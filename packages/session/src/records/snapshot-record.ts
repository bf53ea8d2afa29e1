import type { JsonObject } from '@geppetto/turns'
import { type SnapshotPhase, snapshotPhases } from '../contract/snapshot.ts'
import { type RecordPlace, refuse, requireIndex, requireObject, requireText } from '../contract/stored-field.ts'
import type { TurnChange } from './turn-change.ts'
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
