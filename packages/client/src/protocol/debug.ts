import type { Event } from '@geppetto/events'
import type { Block, ErrorData, StopReason } from '@geppetto/turns'
import type { EndedRun } from './views.ts'

/** The turn as it stood at one point of a run: for those who look for faults. */
export interface SnapshotView {
  /** `pre_inference`, `post_inference`, `post_tools` or `final`. */
  readonly phase: string
  /** Which provider call of the run, from 1. */
  readonly iteration: number
  /** Whether calls still wait for their results. */
  readonly isOpen: boolean
  readonly blocks: readonly Block[]
}

/** The request with which a turn's prompt is sent to a provider, secrets masked. */
export interface RequestView {
  readonly model: string
  readonly method: string
  /** Where it goes; where the transport does not say, its path alone. */
  readonly address: string
  readonly headers: { readonly [name: string]: string }
  /** The body's exact text. */
  readonly body: string
  /** What of the turn could not be said as it stands. */
  readonly degradations: readonly string[]
  /** An estimate. */
  readonly tokens: number
}

/** A request as it was sent, secrets masked. */
export interface SentRequest extends RequestView {
  /** As in the events of its call. */
  readonly providerCallId?: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

/** A run of a session. */
export interface RunInfo {
  readonly runId: string
  readonly turnId: string
  /** `open`: it goes on, or nobody has settled it yet. */
  readonly status: EndedRun['status'] | 'open'
  readonly stop?: StopReason
  readonly error?: ErrorData
  /** Milliseconds since the epoch. */
  readonly startedAt?: number
  readonly endedAt?: number
}

/** What was said of a run, as the store has it: of a segment that is finished without its deltas. */
export interface RunEvents {
  readonly events: readonly Event[]
  /** How many older ones are left out. */
  readonly left: number
}

/** `POST sessions/ID/pauses/PAUSE`: ends a pause of step mode. */
export interface PauseIntent {
  readonly action: 'continue' | 'cancel'
}
