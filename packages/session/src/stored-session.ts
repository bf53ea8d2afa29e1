import type { TurnDelta } from './history.ts'
import { SessionError } from './session-error.ts'
import { decodeRecord } from './session-record.ts'
import type { Head, SessionMetadata, SessionStore } from './store.ts'
import { askStore } from './store-error.ts'
import { refuse } from './stored-field.ts'

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  readonly metadata: SessionMetadata
  readonly turns: readonly TurnDelta[]
  /** The indexes of the turns that a run has completed. */
  readonly completed: ReadonlySet<number>
}

/**
 * Reads a session from its store.
 * @throws SessionError `no_such_session` when it has no record; `invalid_stored_session`, `unsupported_version` when its records cannot be
 * read; `store_failed`
 */
export async function readSession(store: SessionStore, sessionId: string): Promise<StoredSession> {
  let head = 0
  let metadata: SessionMetadata = {}
  const turns: TurnDelta[] = []
  /** Which record each of the turns stands in. */
  const places: number[] = []
  const completed = new Set<number>()
  await askStore(async () => {
    for await (const stored of store.read(sessionId)) {
      const place = { sessionId, record: head }
      const record = decodeRecord(stored, place)
      head++
      if (record?.type === 'session') metadata = record.metadata
      else if (record?.type === 'run-settled') {
        // By its place: older stores may have several turns of one id.
        const index = turns.findLastIndex((turn) => turn.id === record.turnId)
        if (record.status === 'completed' && index >= 0) completed.add(index)
        else completed.delete(index)
      } else if (record?.type === 'turn') {
        const { index, turn } = record
        if (index > turns.length) refuse(place, 'index', `index is ${index}, and turn ${turns.length} is missing`)
        turns[index] = turn
        places[index] = place.record
      }
    }
  })
  if (head === 0)
    throw new SessionError(
      'no_such_session',
      `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
    )
  assertWhole(sessionId, turns, places)
  return { head, metadata, turns, completed }
}

/** @throws SessionError `invalid_stored_session` when a turn inherits what the one before it does not have */
function assertWhole(sessionId: string, turns: readonly TurnDelta[], places: readonly number[]): void {
  let before = 0
  for (const [index, { parts }] of turns.entries()) {
    let size = 0
    for (const [at, part] of parts.entries()) {
      if ('kind' in part) size++
      else {
        const [start, count] = part
        size += count
        if (start + count <= before) continue
        const field = `turn.parts[${at}]`
        const why = `${field} refers to block ${start + count - 1} of the turn before, which has ${before}`
        refuse({ sessionId, record: places[index] ?? 0 }, field, why)
      }
    }
    before = size
  }
}
