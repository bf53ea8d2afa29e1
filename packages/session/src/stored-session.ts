import type { TurnDelta } from './history.ts'
import type { RunResult } from './run-result.ts'
import { SessionError } from './session-error.ts'
import type { Head, SessionMetadata, SessionStore } from './store.ts'
import { askStore } from './store-error.ts'

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  readonly metadata: SessionMetadata
  readonly turns: readonly TurnDelta[]
  /** The ids of the turns that a run has completed. */
  readonly completed: ReadonlySet<string>
}

/**
 * Reads a session from its store.
 * @throws SessionError `no_such_session` when it has no record; `store_failed` when its records are not whole.
 */
export async function readSession(store: SessionStore, sessionId: string): Promise<StoredSession> {
  let head = 0
  let metadata: SessionMetadata = {}
  const turns: TurnDelta[] = []
  const statuses = new Map<string, RunResult['status']>()
  await askStore(async () => {
    for await (const record of store.read(sessionId)) {
      head++
      if (record.type === 'session') metadata = record.metadata
      else if (record.type === 'run-settled') statuses.set(record.turnId, record.status)
      else if (record.type === 'turn') {
        if (record.index > turns.length)
          throw new SessionError(
            'store_failed',
            `the records of session ${sessionId} are not whole: turn ${turns.length} is missing`,
          )
        turns[record.index] = record.turn
      }
    }
  })
  if (head === 0)
    throw new SessionError(
      'no_such_session',
      `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
    )
  const completed = new Set([...statuses].filter(([, status]) => status === 'completed').map(([turnId]) => turnId))
  return { head, metadata, turns, completed }
}
