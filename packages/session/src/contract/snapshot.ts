import type { Turn } from '@geppetto/turns'

/** Where in the loop of a run a snapshot is taken. */
export type SnapshotPhase = 'pre_inference' | 'post_inference' | 'post_tools' | 'final'

/** Every {@link SnapshotPhase}, in the order of a run. */
export const snapshotPhases: readonly SnapshotPhase[] = ['pre_inference', 'post_inference', 'post_tools', 'final']

/** The turn at one point of a run. */
export interface Snapshot {
  readonly phase: SnapshotPhase
  /** Which provider call of the run, from 1. */
  readonly iteration: number
  readonly turn: Turn
  /** Whether calls still wait for their results, so that the turn may not be stored or sent as it is. */
  readonly isOpen: boolean
}
