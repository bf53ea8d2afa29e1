import type { Degradation } from './degradation.ts'
import type { Event } from './event.ts'

/**
 * Takes events. Called synchronously, in order; what it throws is reported to the others and does not disturb the run.
 * A promise that it returns is back-pressure (see {@link SinkDelivery}), and the run, and runs inside it, do not call it again
 * before that settles. Runs beside each other that share a sink may call it side by side.
 */
export interface EventSink {
  // A property: as a method it would be compared bivariantly, and a sink for some events would pass for one.
  readonly publish: (event: Event) => void | Promise<void>
  /** What happens while the sink is busy. Default: `{ policy: 'block' }`. */
  readonly delivery?: SinkDelivery
}

/** What happens with events while a sink's promise is pending. */
export type SinkDelivery =
  /** They wait, and the provider's stream waits with them. A sink without progress for `stallMs` (default 5,000) is detached and reported. */
  | { readonly policy: 'block'; readonly stallMs?: number }
  /** They wait, and adjacent deltas of a segment merge; nothing else waits. Over `capacity` (default 10,000) as `drop`. */
  | { readonly policy: 'coalesce'; readonly capacity?: number }
  /** They wait up to `capacity` (default 1,000); the others are left out and a `gap` event says which. */
  | { readonly policy: 'drop'; readonly capacity?: number }

/** The sink, with adjacent deltas merged while it is busy: for screens. */
export function coalesce(sink: EventSink, options: { readonly capacity?: number } = {}): EventSink {
  return { publish: (event) => sink.publish(event), delivery: { policy: 'coalesce', ...options } }
}

/** The sink, with events left out while it is busy: for telemetry. */
export function drop(sink: EventSink, options: { readonly capacity?: number } = {}): EventSink {
  return { publish: (event) => sink.publish(event), delivery: { policy: 'drop', ...options } }
}

/** Something that went wrong beside the run, without changing its outcome, or a rewrite that its requests needed. */
export interface Warning {
  readonly code:
    | 'sink_failed'
    | 'sink_stalled'
    | 'persister_failed'
    | 'store_failed'
    | 'snapshot_hook_failed'
    /** A tool could not find out whether a call had run. */
    | 'reconcile_failed'
    /** Nobody could say what is to become of a call that may have run. */
    | 'decision_failed'
    | 'settlement_failed'
    | 'abandoned'
    | 'request_degraded'
    /** A prompt that waited was withdrawn, and another owner may run it all the same: the store has not said in time. */
    | 'withdrawal_unsure'
  readonly message: string
  /** What was rewritten or left out, of a `request_degraded`. */
  readonly degradation?: Degradation
}
