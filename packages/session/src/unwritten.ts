import type { History } from './history.ts'
import type { SessionRecord } from './session-record.ts'
import type { Head, SessionMetadata } from './store.ts'
import type { TurnChange } from './turn-change.ts'

/** What a ledger writes: asked for at each commit. */
export interface LedgerSource {
  readonly history: History
  readonly metadata: () => SessionMetadata
}

/** What the store has. */
export interface StoredState {
  readonly head: Head
  /** How many changes of the history. */
  readonly changes: number
  /** The turn that is the latest there. */
  readonly headId: string | undefined
  /** How many of the turns that a run has completed. */
  readonly completions: number
  /** The turn of which the record of a run says so last: the history hears of it behind that. */
  readonly settledId: string | undefined
  readonly metadata: SessionMetadata | undefined
}

/** What of the session the store does not have. */
export interface News {
  readonly news: readonly SessionRecord[]
  readonly changes: readonly TurnChange[]
  /** What the store has when that is written. */
  readonly after: Omit<StoredState, 'head'>
}

/** What of the session the store does not have, and what it has when that and `records` are written. */
export function newsOf(
  { history, metadata: metadataOf }: LedgerSource,
  stored: StoredState,
  records: readonly SessionRecord[],
): News {
  const { changes, completions, headId } = history
  const metadata = metadataOf()
  const news: SessionRecord[] = []
  if (stored.metadata !== metadata) news.push({ type: 'session', metadata })
  let latestId = stored.headId
  const newChanges = changes.slice(stored.changes)
  for (const turn of newChanges) {
    news.push({ type: 'turn', turn })
    if (turn.after !== undefined) latestId = turn.id
  }
  if (headId !== undefined && headId !== latestId) news.push({ type: 'head', turnId: headId })
  const turnIds = completions.slice(stored.completions).filter((turnId) => turnId !== stored.settledId)
  if (turnIds.length > 0) news.push({ type: 'completed', turnIds })
  const settledId = records.findLast(isCompletion)?.turnId ?? stored.settledId
  const counts = { changes: changes.length, completions: completions.length }
  return { news, changes: newChanges, after: { ...counts, headId, settledId, metadata } }
}

function isCompletion(record: SessionRecord): record is Extract<SessionRecord, { readonly type: 'run-settled' }> {
  return record.type === 'run-settled' && record.status === 'completed'
}
