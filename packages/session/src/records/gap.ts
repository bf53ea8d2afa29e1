import type { JsonObject } from '@geppetto/turns'
import type { StoredEvent } from '../contract/store.ts'

/** The event that stands in the place of those that cannot be read any more. */
export function gapFor(old: readonly StoredEvent[], sessionId: string): JsonObject {
  const counts = old.map(({ event }) => (event.type === 'gap' && typeof event.count === 'number' ? event.count : 1))
  const first = old[0]
  const last = old.at(-1)
  // A damaged one tells no time.
  const time = old.findLast(({ event }) => typeof event.time === 'number')?.event.time
  const fromSeq = typeof first?.event.fromSeq === 'number' ? first.event.fromSeq : (first?.seq ?? 0)
  const toSeq = last?.seq ?? 0
  return {
    type: 'gap',
    v: 1,
    seq: toSeq,
    epoch: last?.epoch ?? 0,
    time: typeof time === 'number' ? time : 0,
    correlation: { sessionId },
    fromSeq,
    toSeq,
    count: counts.reduce((sum, count) => sum + count, 0),
  }
}
