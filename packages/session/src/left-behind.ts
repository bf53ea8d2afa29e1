import type { SessionRecord } from './session-record.ts'
import type { EventBatch } from './store.ts'

/** What the settlement of a run left to the next commit. */
export interface LeftBehind {
  readonly records: readonly SessionRecord[]
  readonly events: EventBatch
}

/** `write` with what was left before it. */
export function behind<T extends LeftBehind>(left: LeftBehind, write: T): T {
  const events = [...left.events.events, ...write.events.events]
  const finished = [...(left.events.finished ?? []), ...(write.events.finished ?? [])]
  return { ...write, records: [...left.records, ...write.records], events: { events, finished } }
}

/** The same as said under a lease. A run that never had one could not say when it is in the order of the session: it is behind all that the store has. */
export function underLease({ records, events }: LeftBehind, epoch: number): LeftBehind {
  return {
    records: records.map((record) =>
      record.type === 'run-settled' && record.epoch === 0 ? { ...record, epoch } : record,
    ),
    events: {
      ...events,
      events: events.events.map((stored) =>
        stored.epoch === 0 ? { ...stored, epoch, event: { ...stored.event, epoch } } : stored,
      ),
    },
  }
}
