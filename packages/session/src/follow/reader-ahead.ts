import type { Event, EventCursor } from '@geppetto/events'
import type { SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { readStoredEvents } from '../records/stored-events.ts'

/** What a reader is told who has more than there is, as where the store was put back from a copy; and from where it goes on. */
export interface TakenBack {
  readonly event: Event
  /** Undefined: from the beginning. */
  readonly cursor: EventCursor | undefined
}

/** What is to be taken back of what a reader says that it has; undefined where the store may still get it, or has it. */
export async function findAhead(
  store: SessionStore,
  sessionId: string,
  from: EventCursor,
  time: number,
): Promise<TakenBack | undefined> {
  let last: number | undefined
  let hasLater = false
  for await (const { epoch, seq, event } of readStoredEvents(store, sessionId, { epoch: from.epoch, seq: -1 })) {
    hasLater = epoch > from.epoch
    // Where the process is gone that said it, or the past was thrown away, the next events tell by themselves.
    if (hasLater && (event.type === 'run-rolled-back' || (event.type === 'gap' && last === undefined))) return undefined
    if (hasLater) break
    last = seq
  }
  // Who stands in front of the first event has nothing that could be taken back.
  if ((last ?? 0) >= from.seq) return undefined
  // Of a run that goes on, the store does not have all yet.
  if (!hasLater && (await askStore(() => store.find(sessionId)))?.active !== undefined) return undefined
  // What was said under no lease has its place in the store under a later one.
  if (hasLater && last === undefined && from.epoch === 0) return undefined
  const reason = 'the store does not have it'
  const correlation = { sessionId }
  const event = { type: 'run-rolled-back', v: 1, ...from, time, correlation, fromSeq: (last ?? 0) + 1, reason } as const
  return { event, cursor: last === undefined ? undefined : { epoch: from.epoch, seq: last } }
}
