import { type Event, isDelta } from '@geppetto/events'

/** The text of the deltas. */
export function textOf(events: readonly Event[]): string {
  return events.map((event) => (isDelta(event) ? event.delta : '')).join('')
}

/** The numbers that an event stands for: its own, those of the deltas that were merged into it, or of what was left out. */
function spanOf(event: Event): readonly [from: number, to: number] {
  return [(isDelta(event) || event.type === 'gap' ? event.fromSeq : undefined) ?? event.seq, event.seq]
}

/** @throws Error unless each number from 1 to `last` is in exactly one event, in order, and each gap counts right */
export function assertAccounted(events: readonly Event[], last: number): void {
  let next = 1
  for (const event of events) {
    const [from, to] = spanOf(event)
    if (from !== next) throw new Error(`${event.type} ${event.seq} begins at ${from}, and ${next} was due`)
    if (event.type === 'gap' && (event.toSeq !== to || event.count !== to - from + 1))
      throw new Error(`a gap from ${from} to ${event.toSeq} counts ${event.count}`)
    next = to + 1
  }
  if (next !== last + 1) throw new Error(`${next} to ${last} are missing`)
}
