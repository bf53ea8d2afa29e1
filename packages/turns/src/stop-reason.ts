/** Why a provider call or a run stopped. The provider's own word is kept beside it. */
export type StopReason =
  /** The model had said what it had to say. */
  | 'end_turn'
  | 'tool_calls'
  | 'max_tokens'
  | 'context_window'
  | 'stop_sequence'
  | 'content_filter'
  | 'refusal'
  /** The provider paused a long turn and wants to be called again with what it sent. */
  | 'pause_turn'
  /** Somebody cancelled. */
  | 'user'
  | 'deadline'
  | 'budget'
  /** A newer prompt took this run's place. */
  | 'superseded'
  | 'shutdown'
  /** The process that owned the run went away or lost its lease. */
  | 'owner_lost'
  | 'max_iterations'
  | 'error'

const stopReasons: ReadonlySet<string> = new Set<StopReason>([
  'end_turn',
  'tool_calls',
  'max_tokens',
  'context_window',
  'stop_sequence',
  'content_filter',
  'refusal',
  'pause_turn',
  'user',
  'deadline',
  'budget',
  'superseded',
  'shutdown',
  'owner_lost',
  'max_iterations',
  'error',
])

/** Whether `value` is one of the stop reasons: an abort reason may be one itself. */
export function isStopReason(value: unknown): value is StopReason {
  return typeof value === 'string' && stopReasons.has(value)
}
