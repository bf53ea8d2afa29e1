import { defined, type StopReason } from '@geppetto/turns'
import type { RunSummary } from '../contract/run-summary.ts'
import { SessionError } from '../contract/session-error.ts'
import { assertSessionId, assertStore } from '../contract/session-options.ts'
import type { SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import type { RunRecord } from '../records/run-record.ts'
import { decodeRecord } from '../records/session-record.ts'

/** A run as the store of its session tells of it. */
export interface ListedRun extends Omit<RunSummary, 'status' | 'stop'> {
  /** `open`: it goes on, or its process is gone and nobody has opened the session since. */
  readonly status: RunSummary['status'] | 'open'
  /** Why it stopped; absent while it is open. */
  readonly stop?: StopReason
  /** Milliseconds since the epoch; absent where its beginning did not reach the store. */
  readonly startedAt?: number
  /** Milliseconds since the epoch; absent while it is open. */
  readonly endedAt?: number
}

/**
 * The runs of a session that a store has, in the order in which they began. Reads the records once and makes no turns of them: the session is not opened, and
 * may be running elsewhere.
 * @throws SessionError `no_such_session`, `invalid_stored_session`, `unsupported_version`, `store_failed`, `invalid_options`
 */
export async function listRuns(store: SessionStore, id: string): Promise<readonly ListedRun[]> {
  assertStore(store)
  assertSessionId(id)
  const runs = new Map<string, ListedRun>()
  let count = 0
  await askStore(async () => {
    for await (const stored of store.read(id)) {
      const place = { sessionId: id, record: count++ }
      if (stored.type !== 'run-started' && stored.type !== 'run-settled') continue
      const record = decodeRecord(stored, place)
      if (record?.type === 'run-started' || record?.type === 'run-settled')
        runs.set(record.runId, listed(record, runs.get(record.runId)))
    }
  })
  if (count === 0) throw new SessionError('no_such_session', `the store has no session ${id}`)
  return [...runs.values()]
}

function listed(
  record: Extract<RunRecord, { readonly type: 'run-started' | 'run-settled' }>,
  begun: ListedRun | undefined,
): ListedRun {
  const { runId, turnId, requestId } = record
  if (record.type === 'run-started')
    return { runId, turnId, ...defined({ requestId }), status: 'open', startedAt: record.startedAt }
  const { status, stop, error, usage, settledAt } = record
  return { ...begun, runId, turnId, ...defined({ requestId, error, usage }), status, stop, endedAt: settledAt }
}
