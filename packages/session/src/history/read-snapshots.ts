import type { Snapshot } from '../contract/snapshot.ts'
import type { SessionStore } from '../contract/store.ts'
import { findMisfit, KeptState, turnOf } from '../records/turn-change.ts'
import { readSession } from './stored-session.ts'

/**
 * The snapshots that a store has of a run, in the order in which they were taken; none where none were kept.
 * @throws SessionError as `Session.open`
 */
export async function readSnapshots(
  store: SessionStore,
  sessionId: string,
  runId: string,
): Promise<readonly Snapshot[]> {
  const snapshots: Snapshot[] = []
  let state: KeptState | undefined
  await readSession(store, sessionId, (record, history) => {
    if (record.type === 'run-started' && record.runId === runId) state = history.latestState
    // One that was written again is there already; one that does not fit follows one that was lost.
    if (record.type !== 'snapshot' || record.runId !== runId || record.index !== snapshots.length) return
    if (findMisfit(record.turn, state) !== undefined) return
    state = new KeptState(record.turn, state)
    const { phase, iteration, isOpen } = record
    snapshots.push({ phase, iteration, isOpen, turn: turnOf(state) })
  })
  return snapshots
}
