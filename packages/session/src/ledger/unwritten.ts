import type { Head, SessionMetadata, StoredRecord } from '../contract/store.ts'
import type { History } from '../history/history.ts'
import type { StoredSession } from '../history/stored-session.ts'
import type { QueueLog } from '../records/queue-log.ts'
import type { SessionRecord } from '../records/session-record.ts'

/** What a ledger writes: read anew at each commit. */
export interface LedgerSource {
  readonly history: History
  readonly metadata: SessionMetadata
  readonly queue: QueueLog
}

/** What the store has. */
export interface StoredState {
  readonly head: Head
  /** The record before the head: a session that was deleted and begun again may have as many. */
  readonly last: StoredRecord | undefined
  /** How many changes of the history. */
  readonly changes: number
  /** The turn that is the latest there. */
  readonly headId: string | undefined
  /** How many of the turns that a run has completed. */
  readonly completions: number
  /** The turn of which the record of a run says so last: the history hears of it behind that. */
  readonly settledId: string | undefined
  readonly metadata: SessionMetadata | undefined
  /** How many records of the prompts that wait, and of those that became turns. */
  readonly queued: number
  readonly delivered: number
  /** The last note of others that was taken. */
  readonly notes: number
}

/** What the store has of a session as it was read from there; of none: nothing. */
export function stateOf({ queue }: LedgerSource, stored: StoredSession | undefined): StoredState {
  return {
    head: stored?.head ?? 0,
    last: stored?.last,
    changes: stored?.history.changeCount ?? 0,
    headId: stored?.history.headId,
    completions: stored?.history.completions.length ?? 0,
    settledId: undefined,
    metadata: stored?.metadata,
    queued: queue.stored,
    delivered: queue.storedDeliveries,
    notes: 0,
  }
}

/**
 * How far the turns had come when a write was asked for. It takes nothing of what they came to until it was its turn: another one tells of that, and says by its records
 * how far they have come.
 */
export interface TurnsReached extends Pick<StoredState, 'changes' | 'completions' | 'headId' | 'delivered'> {}

/** How far the turns have come by now. */
export function turnsReached({ history, queue }: LedgerSource): TurnsReached {
  const { changeCount: changes, completions, headId } = history
  return { changes, completions: completions.length, headId, delivered: queue.deliveryCount }
}

/** What of the session the store does not have. */
export interface News {
  readonly news: readonly SessionRecord[]
  /** What the store has when that is written. */
  readonly after: Omit<StoredState, 'head' | 'last'>
}

/** What of the session the store does not have up to `reached`, and what it has when that and `records` are written. */
export function newsOf(
  source: LedgerSource,
  stored: StoredState,
  records: readonly SessionRecord[] = [],
  reached: TurnsReached = turnsReached(source),
): News {
  const aside = newsAside(source, stored)
  const { headId } = reached
  const changes = source.history.changesSince(stored.changes).slice(0, reached.changes - stored.changes)
  const completions = source.history.completions.slice(stored.completions, reached.completions)
  const deliveries = source.queue.deliveriesSince(stored.delivered).slice(0, reached.delivered - stored.delivered)
  const news: SessionRecord[] = []
  let latestId = stored.headId
  for (const turn of changes) {
    news.push({ type: 'turn', turn })
    if (turn.after !== undefined) latestId = turn.id
  }
  if (headId !== undefined && headId !== latestId) news.push({ type: 'head', turnId: headId })
  const turnIds = completions.filter((turnId) => turnId !== stored.settledId)
  if (turnIds.length > 0) news.push({ type: 'completed', turnIds })
  const settledId = records.findLast(isCompletion)?.turnId ?? stored.settledId
  const counts = {
    changes: stored.changes + changes.length,
    completions: stored.completions + completions.length,
    delivered: stored.delivered + deliveries.length,
  }
  return {
    news: [...aside.news, ...deliveries, ...news],
    after: { ...aside.after, ...counts, headId, settledId },
  }
}

/** The same without the turns, and so without the prompts that became turns: while a run goes on, it alone says how far they have come. */
export function newsAside({ metadata, queue }: LedgerSource, stored: StoredState): News {
  const news: SessionRecord[] = stored.metadata === metadata ? [] : [{ type: 'session', metadata }]
  const after = { ...stored, metadata, queued: queue.count, notes: queue.notesTaken }
  return { news: [...news, ...queue.since(stored.queued)], after }
}

function isCompletion(record: SessionRecord): record is Extract<SessionRecord, { readonly type: 'run-settled' }> {
  return record.type === 'run-settled' && record.status === 'completed'
}
