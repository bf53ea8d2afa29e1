import type { Context } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'

/** Where in the loop a snapshot is taken. */
export type SnapshotPhase = 'pre_inference' | 'post_inference' | 'post_tools' | 'final'

/** The turn at one point of the loop. */
export interface Snapshot {
  readonly phase: SnapshotPhase
  /** Which provider call of the run, from 1. */
  readonly iteration: number
  readonly turn: Turn
  /** Whether calls still wait for their results, so that the turn may not be stored or sent as it is. */
  readonly isOpen: boolean
}

/** Looks at the turn as a run goes on. It is waited for; what it throws is a warning in the result. */
export type SnapshotHook = (ctx: Context, snapshot: Snapshot) => void | Promise<void>
