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

const stopReasons: Readonly<Record<StopReason, true>> = {
  end_turn: true,
  tool_calls: true,
  max_tokens: true,
  context_window: true,
  stop_sequence: true,
  content_filter: true,
  refusal: true,
  pause_turn: true,
  user: true,
  deadline: true,
  budget: true,
  superseded: true,
  shutdown: true,
  owner_lost: true,
  max_iterations: true,
  error: true,
}

/** Whether `value` is one of the stop reasons: an abort reason may be one itself. */
export function isStopReason(value: unknown): value is StopReason {
  return typeof value === 'string' && Object.hasOwn(stopReasons, value)
}
