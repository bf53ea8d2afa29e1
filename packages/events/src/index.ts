export {
  correlationFrom,
  type RunTags,
  runCorrelation,
  runIdFrom,
  runTagsFrom,
  sessionIdFrom,
  withCorrelation,
  withRunTags,
} from './correlation.ts'
export { compareCursors, type EventCursor } from './cursor.ts'
export {
  type CustomEventDraft,
  defineEvent,
  type EventDefinition,
  EventError,
  type EventErrorCode,
  isEventError,
} from './custom-event.ts'
export type { Degradation } from './degradation.ts'
export {
  type CitationEvent,
  type Correlation,
  type CustomEvent,
  type DebuggerContinuedEvent,
  type DebuggerPausedEvent,
  type DeltaEvent,
  type Event,
  type EventBase,
  type EventDraft,
  type EventOf,
  type EventType,
  type GapEvent,
  type InfoEvent,
  isDelta,
  isTerminal,
  type LogEvent,
  type ProviderCallFinishedEvent,
  type ProviderCallRetriedEvent,
  type ProviderCallStartedEvent,
  type ProviderCallUpdatedEvent,
  type ReasoningDeltaEvent,
  type ReasoningFinishedEvent,
  type ReasoningStartedEvent,
  type RunCancelledEvent,
  type RunFailedEvent,
  type RunFinishedEvent,
  type RunRolledBackEvent,
  type RunStartedEvent,
  type RunWaitingEvent,
  type SegmentOutcome,
  type ServerToolFinishedEvent,
  type ServerToolProgressEvent,
  type ServerToolStartedEvent,
  type StepCommittedEvent,
  type TerminalEvent,
  type TextDeltaEvent,
  type TextFinishedEvent,
  type TextStartedEvent,
  type ToolCallDeltaEvent,
  type ToolCallFinishedEvent,
  type ToolCallStartedEvent,
  type ToolExecutionFinishedEvent,
  type ToolExecutionProgressEvent,
  type ToolExecutionStartedEvent,
} from './event.ts'
export { EventSequence } from './event-sequence.ts'
export { createEventFold, type EventFold, type FoldedEvents, foldEvents } from './fold.ts'
export { createGrammarChecker, type GrammarChecker, type GrammarLevel, type GrammarProblem } from './grammar.ts'
export {
  createEventHub,
  type EventHub,
  type EventHubOptions,
  type LastEvent,
  type TerminalDraft,
} from './hub.ts'
export { jsonPrinter } from './json-printer.ts'
export { createMemoryTransport } from './memory-transport.ts'
export { closeOpenItems } from './open-items.ts'
export type { PrinterOptions, PrinterOutput } from './printer.ts'
export type { PublicEventDraft } from './public-draft.ts'
export { eventSinksFrom, hubFrom, publish, withEventSinks, withHub } from './publish.ts'
export { createEventReader, type EventReader } from './reader.ts'
export { createEventRouter, type EventHandler, type EventRouter } from './router.ts'
export { openSegment, type Segment, type SegmentKind } from './segment.ts'
export { coalesce, drop, type EventSink, type SinkDelivery, type Warning } from './sink.ts'
export { isEvent } from './sound-events.ts'
export type { EventTap } from './tap.ts'
export { textPrinter } from './text-printer.ts'
export type { EventTransport, TransportListener } from './transport.ts'
