import type { EventBatch } from '../contract/store.ts'
import type { SessionRecord } from '../records/session-record.ts'

/** What the settlement of a run left to the next commit. */
export interface LeftBehind {
  readonly records: readonly SessionRecord[]
  readonly events: EventBatch
}

/** The ends of runs that could not be written, oldest first. */
export class LeftEnds {
  #ends: readonly LeftBehind[] = []

  get all(): readonly LeftBehind[] {
    return this.#ends
  }

  get records(): readonly SessionRecord[] {
    return this.#ends.flatMap(({ records }) => records)
  }

  add(left: LeftBehind): void {
    this.#ends = [...this.#ends, left]
  }

  /** Those of `ends` that are still to be written. */
  among(ends: readonly LeftBehind[]): readonly LeftBehind[] {
    return ends.filter((left) => this.#ends.includes(left))
  }

  /** The store has them, and `records`: also the end of a run of which only the answer had not come. */
  markStored(
    written: readonly LeftBehind[],
    records: readonly { readonly type: string; readonly runId?: unknown }[],
  ): void {
    const settled = new Set(records.map(settledId))
    const isStored = (left: LeftBehind) => written.includes(left) || left.records.some(tellsOf)
    const tellsOf = (record: SessionRecord) => record.type === 'run-settled' && settled.has(record.runId)
    this.#ends = this.#ends.filter((left) => !isStored(left))
  }

  clear(): void {
    this.#ends = []
  }
}

/** The run that a record says is over. */
function settledId(record: { readonly type: string; readonly runId?: unknown }): unknown {
  return record.type === 'run-settled' ? record.runId : undefined
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
