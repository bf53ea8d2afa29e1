/** A place in the events of a session that a store keeps: everything up to it has been seen. */
export interface EventCursor {
  /** Which owner wrote it: grows with each run, also where a crash has lost the newest numbers. */
  readonly epoch: number
  readonly seq: number
}

/** Below 0 where `one` comes before `other`, above 0 where it comes after. */
export function compareCursors(one: EventCursor, other: EventCursor): number {
  return one.epoch - other.epoch || one.seq - other.seq
}
