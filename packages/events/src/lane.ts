import type { Correlation, Event } from './event.ts'
import type { EventSink } from './sink.ts'

/** The way of events to one sink. */
export interface Lane {
  readonly sink: EventSink
  deliver(event: Event): void
  /** What a publisher should wait for before it publishes more: undefined when the sink keeps up, or lets nobody wait. */
  readonly pressure: Promise<void> | undefined
  /** Resolves when nothing waits for the sink any more; undefined when nothing does. */
  readonly drained: Promise<void> | undefined
  /** Nothing is delivered from here on; what waits is forgotten. Returns whether the sink is cut off from what it has not taken yet. */
  close(): boolean
}

/** Whom a lane tells of its sink's faults. `correlation` is that of the event which the sink was given last. */
export interface LaneReports {
  /** The sink threw, or its promise rejected. */
  failed(lane: Lane, error: unknown, correlation: Correlation): void
  /** The sink was detached: it made no progress, or too much waited for it. */
  stalled(lane: Lane, why: string, correlation: Correlation): void
}
