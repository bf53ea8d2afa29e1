import { createBlobReader, hasReferences, referredHashes } from './blobs.ts'
import { History } from './history.ts'
import type { PromptRecord } from './prompt-record.ts'
import { blocksInRecord, withBlobs } from './record-blobs.ts'
import type { RunRecord } from './run-record.ts'
import { SessionError } from './session-error.ts'
import { decodeRecord, type SessionRecord } from './session-record.ts'
import type { Head, SessionMetadata, SessionStore, StoredRecord } from './store.ts'
import { askStore } from './store-error.ts'
import { type RecordPlace, refuse } from './stored-field.ts'
import { StoredQueue } from './stored-queue.ts'
import { StoredRuns } from './stored-runs.ts'

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  /** The newest record, as it is stored. */
  readonly last: StoredRecord
  readonly metadata: SessionMetadata
  readonly history: History
  readonly runs: StoredRuns
  readonly queue: StoredQueue
  /** The newest record of each turn. */
  readonly turnRecords: ReadonlyMap<string, number>
  /** The blobs that it refers to. */
  readonly hashes: ReadonlySet<string>
}

/**
 * Reads a session from its store. `watch` is shown each record, and the history as it was before.
 * @throws SessionError `no_such_session` when it has no record; `invalid_stored_session`, `unsupported_version` when its records cannot be
 * read; `store_failed`
 */
export async function readSession(
  store: Pick<SessionStore, 'read' | 'readBlob'>,
  sessionId: string,
  watch?: (record: SessionRecord, history: History, place: RecordPlace) => void,
): Promise<StoredSession> {
  let head = 0
  let last: StoredRecord | undefined
  let metadata: SessionMetadata = {}
  const history = new History()
  const runs = new StoredRuns()
  const queue = new StoredQueue()
  const turnRecords = new Map<string, number>()
  const hashes = new Set<string>()
  const readBlob = createBlobReader((hash) => askStore(() => store.readBlob(hash)))
  await askStore(async () => {
    for await (const stored of store.read(sessionId)) {
      const place = { sessionId, record: head }
      const blocks = blocksInRecord(stored)
      const isWhole = !blocks.some(hasReferences)
      for (const block of isWhole ? [] : blocks) for (const hash of referredHashes(block)) hashes.add(hash)
      const record = decodeRecord(isWhole ? stored : await withBlobs(stored, readBlob, place), place)
      head++
      last = stored
      if (record !== undefined) watch?.(record, history, place)
      if (record?.type === 'session') metadata = record.metadata
      else if (record !== undefined) {
        takeIn(history, record, place)
        if (record.type === 'turn') turnRecords.set(record.turn.id, place.record)
        if (isRunRecord(record)) runs.accept(record)
        else if (isPromptRecord(record)) takeInPrompt({ runs, queue }, record, place)
      }
    }
  })
  if (last !== undefined) return { head, last, metadata, history, runs, queue, turnRecords, hashes }
  throw new SessionError(
    'no_such_session',
    `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
  )
}

/** @throws SessionError `invalid_stored_session` when it does not fit what was before */
function takeIn(
  history: History,
  record: Exclude<SessionRecord, { readonly type: 'session' }>,
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
    case 'run-started':
      // Where it is found unsettled, it is settled as the latest turn.
      if (history.headId !== record.turnId)
        refuse(place, 'turnId', `turnId is ${record.turnId}, which is not the latest turn`)
      return
    case 'run-settled':
      requireTurn(record.turnId, 'turnId')
      if (record.status === 'completed') history.complete(record.turnId)
      return
    default:
      // They tell of no turn.
      return
  }
}

/** @throws SessionError `invalid_stored_session` when it does not fit what was before */
function takeInPrompt(
  { runs, queue }: Pick<StoredSession, 'runs' | 'queue'>,
  record: PromptRecord,
  place: RecordPlace,
) {
  const misfit = queue.findMisfit(record)
  if (misfit !== undefined) refuse(place, 'runId', misfit)
  const answered = queue.accept(record)
  if (answered !== undefined) runs.requests.set(answered.requestId, answered.answer)
}

function isRunRecord(record: SessionRecord): record is RunRecord {
  switch (record.type) {
    case 'run-started':
    case 'step-reached':
    case 'call-started':
    case 'run-settled':
      return true
    default:
      return false
  }
}

function isPromptRecord(record: SessionRecord): record is PromptRecord {
  return record.type === 'prompt-queued' || record.type === 'prompt-edited' || record.type === 'prompt-ended'
}
