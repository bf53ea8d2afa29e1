import { History } from './history.ts'
import { SessionError } from './session-error.ts'
import { type DecodedRecord, decodeRecord } from './session-record.ts'
import type { Head, SessionMetadata, SessionStore } from './store.ts'
import { askStore } from './store-error.ts'
import { type RecordPlace, refuse } from './stored-field.ts'

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  readonly metadata: SessionMetadata
  readonly history: History
}

/**
 * Reads a session from its store.
 * @throws SessionError `no_such_session` when it has no record; `invalid_stored_session`, `unsupported_version` when its records cannot be
 * read; `store_failed`
 */
export async function readSession(store: SessionStore, sessionId: string): Promise<StoredSession> {
  let head = 0
  let metadata: SessionMetadata = {}
  const history = new History()
  await askStore(async () => {
    for await (const stored of store.read(sessionId)) {
      const place = { sessionId, record: head }
      const record = decodeRecord(stored, place)
      head++
      if (record?.type === 'session') metadata = record.metadata
      else if (record !== undefined) takeIn(history, record, place)
    }
  })
  if (head > 0) return { head, metadata, history }
  throw new SessionError(
    'no_such_session',
    `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
  )
}

/** @throws SessionError `invalid_stored_session` when it does not fit what was before */
function takeIn(
  history: History,
  record: Exclude<DecodedRecord, { readonly type: 'session' }>,
  place: RecordPlace,
): void {
  const requireTurn = (turnId: string, field: string): void => {
    if (!history.has(turnId)) refuse(place, field, `${field} is turn ${turnId}, which is missing`)
  }
  switch (record.type) {
    case 'turn': {
      const misfit = history.findMisfit(record.turn)
      if (misfit !== undefined) refuse(place, `turn.${misfit.field}`, `turn.${misfit.why}`)
      return history.apply(record.turn)
    }
    case 'head':
      requireTurn(record.turnId, 'turnId')
      return history.checkout(record.turnId)
    case 'completed':
      for (const [index, turnId] of record.turnIds.entries()) requireTurn(turnId, `turnIds[${index}]`)
      for (const turnId of record.turnIds) history.complete(turnId)
      return
    case 'run-settled':
      requireTurn(record.turnId, 'turnId')
      if (record.status === 'completed') history.complete(record.turnId)
  }
}
