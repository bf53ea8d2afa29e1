import { type Event, type EventCursor, isDelta, isEvent, runCorrelation } from '@geppetto/events'
import type { SessionStore } from '../contract/store.ts'
import { readStoredEvents } from '../records/stored-events.ts'

/**
 * What a reader who stands at `cursor` must be told in front of `next`, the next event in the store, as that does not simply go on from there: that something
 * is taken back, and what is kept of it.
 */
export async function* toldAgain(
  store: SessionStore,
  sessionId: string,
  cursor: EventCursor,
  next: Event,
): AsyncGenerator<Event> {
  const { epoch = 0 } = next
  // The store has merged deltas across the place where the reader is: it gets them again, whole.
  if (isDelta(next) && epoch === cursor.epoch && firstSeq(next) <= cursor.seq)
    yield takenBack(cursor, next, firstSeq(next))
  // The reader has heard what is lost with the process that said it. Also that may be lost which took back what is kept, as of an attempt that failed.
  if (next.type === 'run-rolled-back' && epoch > cursor.epoch && next.fromSeq <= cursor.seq) {
    const kept = await readLastStep(store, sessionId, cursor.epoch, next.correlation.runId)
    const [first] = kept
    if (first === undefined) return
    yield takenBack(cursor, next, firstSeq(first))
    yield* kept
  }
}

/** What is kept of the step that a run was in under this epoch. What was committed before it stays: nothing reaches behind that. */
async function readLastStep(
  store: SessionStore,
  sessionId: string,
  epoch: number,
  runId: string | undefined,
): Promise<readonly Event[]> {
  let kept: Event[] = []
  for await (const stored of readStoredEvents(store, sessionId, { epoch, seq: 0 })) {
    if (stored.epoch !== epoch) break
    const { event } = stored
    if (!isEvent(event) || event.correlation.runId !== runId) continue
    if (event.type === 'run-started' || event.type === 'step-committed') kept = []
    else kept.push(event)
  }
  return kept
}

function firstSeq(event: Event): number {
  return isDelta(event) ? (event.fromSeq ?? event.seq) : event.seq
}

function takenBack({ epoch, seq }: EventCursor, { time, correlation }: Event, fromSeq: number): Event {
  const reason = 'it is told again from here on'
  return { type: 'run-rolled-back', v: 1, seq, epoch, time, correlation: runCorrelation(correlation), fromSeq, reason }
}
