import type {
  Citation,
  ContentPart,
  ErrorData,
  JsonValue,
  ProviderCallRecord,
  StopReason,
  ToolCallInput,
  ToolOutcome,
  Usage,
} from '@geppetto/turns'
import type { Degradation } from './degradation.ts'

/**
 * What happens during a run, as data: a union on `type`, fit for JSON. Deltas carry the increment only; the `…-finished` event
 * carries the whole value and comes also after failure and cancel, with its outcome. Readers ignore types that they do not know.
 */
export type Event =
  | RunStartedEvent
  | RunFinishedEvent
  | RunCancelledEvent
  | RunFailedEvent
  | RunWaitingEvent
  | RunRolledBackEvent
  | StepCommittedEvent
  | ProviderCallStartedEvent
  | ProviderCallUpdatedEvent
  | ProviderCallRetriedEvent
  | ProviderCallFinishedEvent
  | TextStartedEvent
  | TextDeltaEvent
  | TextFinishedEvent
  | ReasoningStartedEvent
  | ReasoningDeltaEvent
  | ReasoningFinishedEvent
  | ToolCallStartedEvent
  | ToolCallDeltaEvent
  | ToolCallFinishedEvent
  | ToolExecutionStartedEvent
  | ToolExecutionProgressEvent
  | ToolExecutionFinishedEvent
  | ServerToolStartedEvent
  | ServerToolProgressEvent
  | ServerToolFinishedEvent
  | CitationEvent
  | GapEvent
  | DebuggerPausedEvent
  | DebuggerContinuedEvent
  | LogEvent
  | InfoEvent
  | CustomEvent

/** The name of an event type. */
export type EventType = Event['type']

/** The event of one type: `EventOf<'text-delta'>`. */
export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>

/** What an event belongs to. */
export interface Correlation {
  readonly sessionId?: string
  readonly runId?: string
  /** The run that started this one, as an agent starts a sub-agent. */
  readonly parentRunId?: string
  readonly turnId?: string
  readonly providerCallId?: string
  /** The piece of output; the block that it becomes has the same id. */
  readonly segmentId?: string
  /** The call's `callId`. */
  readonly toolCallId?: string
}

/** What all events have. */
export interface EventBase {
  /** Version of the event's shape. */
  readonly v: 1
  /** Increases within the session. */
  readonly seq: number
  /** With a shared store: which owner wrote it. A place in the session's events is `{ epoch, seq }`. */
  readonly epoch?: number
  /** Milliseconds since the epoch: when it was published, or when the bytes came that a provider said it with. */
  readonly time: number
  readonly correlation: Correlation
}

/** How a piece of output ended. */
export type SegmentOutcome = 'completed' | 'cancelled' | 'failed'

export interface RunStartedEvent extends EventBase {
  readonly type: 'run-started'
  /** What the caller labelled the run with. */
  readonly tags?: { readonly [name: string]: string }
}

export interface RunFinishedEvent extends EventBase {
  readonly type: 'run-finished'
  readonly stop: StopReason
  readonly usage?: Usage
}

export interface RunCancelledEvent extends EventBase {
  readonly type: 'run-cancelled'
  readonly stop: StopReason
  readonly usage?: Usage
}

export interface RunFailedEvent extends EventBase {
  readonly type: 'run-failed'
  readonly stop: StopReason
  readonly error: ErrorData
  readonly usage?: Usage
}

/** The run ended because tools run elsewhere or wait for an approval. */
export interface RunWaitingEvent extends EventBase {
  readonly type: 'run-waiting'
  readonly stop: StopReason
  /** Call ids. */
  readonly pending: readonly string[]
  readonly usage?: Usage
}

/** What was shown since `fromSeq` did not happen: take it off the screen. */
export interface RunRolledBackEvent extends EventBase {
  readonly type: 'run-rolled-back'
  /** The first event that no longer counts. */
  readonly fromSeq: number
  readonly reason: string
}

/** A provider call and its tool results are in the history; no later failure loses them. */
export interface StepCommittedEvent extends EventBase {
  readonly type: 'step-committed'
  /** From 1, within the run. */
  readonly step: number
}

export interface ProviderCallStartedEvent extends EventBase {
  readonly type: 'provider-call-started'
  readonly api: string
  readonly host: string
  readonly model: string
  /** What of the turn could not be said to the API as it stands; absent when all was. */
  readonly degradations?: readonly Degradation[]
}

/** News from the provider while the call goes on. */
export interface ProviderCallUpdatedEvent extends EventBase {
  readonly type: 'provider-call-updated'
  /** The model that really answers. */
  readonly model?: string
  readonly responseId?: string
  /** As known so far. */
  readonly usage?: Usage
}

/** A call failed and will be tried again. */
export interface ProviderCallRetriedEvent extends EventBase {
  readonly type: 'provider-call-retried'
  /** The attempt that comes, from 2. */
  readonly attempt: number
  readonly delayMs: number
  readonly error: ErrorData
}

export interface ProviderCallFinishedEvent extends EventBase {
  readonly type: 'provider-call-finished'
  /** What is kept of the call: outcome, stop reason, usage. */
  readonly record: ProviderCallRecord
}

export interface TextStartedEvent extends EventBase {
  readonly type: 'text-started'
}

export interface TextDeltaEvent extends EventBase {
  readonly type: 'text-delta'
  readonly delta: string
  /** Where several deltas were merged into this one: the first's `seq`. */
  readonly fromSeq?: number
}

export interface TextFinishedEvent extends EventBase {
  readonly type: 'text-finished'
  readonly text: string
  readonly outcome: SegmentOutcome
  readonly refusal?: true
  readonly citations?: readonly Citation[]
}

export interface ReasoningStartedEvent extends EventBase {
  readonly type: 'reasoning-started'
}

export interface ReasoningDeltaEvent extends EventBase {
  readonly type: 'reasoning-delta'
  readonly delta: string
  readonly fromSeq?: number
}

export interface ReasoningFinishedEvent extends EventBase {
  readonly type: 'reasoning-finished'
  readonly text: string
  readonly outcome: SegmentOutcome
  readonly form?: 'summary' | 'redacted'
}

export interface ToolCallStartedEvent extends EventBase {
  readonly type: 'tool-call-started'
  readonly name: string
}

/** A piece of the arguments' JSON text. For display only: nothing runs on it. */
export interface ToolCallDeltaEvent extends EventBase {
  readonly type: 'tool-call-delta'
  readonly delta: string
  readonly fromSeq?: number
}

export interface ToolCallFinishedEvent extends EventBase {
  readonly type: 'tool-call-finished'
  readonly name: string
  readonly input: ToolCallInput
  readonly outcome: SegmentOutcome
}

/** Once per call; where the executor tries again, a progress event says so. */
export interface ToolExecutionStartedEvent extends EventBase {
  readonly type: 'tool-execution-started'
  readonly name: string
  /** As the executor's mask hook shows them. */
  readonly input: JsonValue
}

export interface ToolExecutionProgressEvent extends EventBase {
  readonly type: 'tool-execution-progress'
  readonly message?: string
  readonly data?: JsonValue
}

/** What came of a call. Also of one that was not run (denied, arguments that do not fit, a run that was stopped), or that an earlier run had run: then without a start. */
export interface ToolExecutionFinishedEvent extends EventBase {
  readonly type: 'tool-execution-finished'
  readonly name: string
  readonly outcome: ToolOutcome
  readonly content: readonly ContentPart[]
  readonly durationMs: number
}

/** The provider runs a tool on its side. */
export interface ServerToolStartedEvent extends EventBase {
  readonly type: 'server-tool-started'
  /** The provider's word for it, such as `web_search_call`. */
  readonly tool: string
  readonly name?: string
}

export interface ServerToolProgressEvent extends EventBase {
  readonly type: 'server-tool-progress'
  readonly tool: string
  readonly status?: string
  readonly data?: JsonValue
}

export interface ServerToolFinishedEvent extends EventBase {
  readonly type: 'server-tool-finished'
  readonly tool: string
  readonly name?: string
  readonly outcome: SegmentOutcome
  readonly input?: JsonValue
  readonly output?: JsonValue
}

/** A citation of what was said so far. Its positions in the text are in UTF-16 units, whatever the provider counts in; those that it does not say are absent. */
export interface CitationEvent extends EventBase {
  readonly type: 'citation'
  readonly citation: Citation
}

/** This reader missed events: it was too slow, or the log was trimmed. The next `…-finished` events heal it. */
export interface GapEvent extends EventBase {
  readonly type: 'gap'
  readonly fromSeq: number
  readonly toSeq: number
  /** How many were left out. */
  readonly count: number
}

export interface DebuggerPausedEvent extends EventBase {
  readonly type: 'debugger-paused'
  readonly pauseId: string
  readonly phase: string
  /** When it goes on by itself, in milliseconds since the epoch. */
  readonly deadline?: number
}

export interface DebuggerContinuedEvent extends EventBase {
  readonly type: 'debugger-continued'
  readonly pauseId: string
  readonly by: 'request' | 'timeout' | 'cancel'
}

export interface LogEvent extends EventBase {
  readonly type: 'log'
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly data?: JsonValue
}

export interface InfoEvent extends EventBase {
  readonly type: 'info'
  readonly message: string
  readonly data?: JsonValue
}

/** An application's own event. Make and recognise them with `defineEvent`. */
export interface CustomEvent extends EventBase {
  readonly type: 'custom'
  readonly name: string
  readonly data: JsonValue
}

/** The fields that the hub writes. */
type Stamp = 'v' | 'seq' | 'epoch' | 'time' | 'correlation'

/** An event without what the hub writes on it. `correlation` is laid over the context's. */
export type EventDraft = DraftOf<Event>

type DraftOf<E extends Event> = E extends Event ? Omit<E, Stamp> & { readonly correlation?: Correlation } : never

/** An event that carries a piece of a segment's value. */
export type DeltaEvent = TextDeltaEvent | ReasoningDeltaEvent | ToolCallDeltaEvent

/** Whether the event carries a piece of a segment's value. */
export function isDelta(event: Event): event is DeltaEvent {
  return event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'tool-call-delta'
}

/** An event that ends a run. */
export type TerminalEvent = RunFinishedEvent | RunCancelledEvent | RunFailedEvent | RunWaitingEvent

/** Whether the event ends a run. */
export function isTerminal(event: Event): event is TerminalEvent {
  return (
    event.type === 'run-finished' ||
    event.type === 'run-cancelled' ||
    event.type === 'run-failed' ||
    event.type === 'run-waiting'
  )
}
