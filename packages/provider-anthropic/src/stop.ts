import type { StopReason } from '@geppetto/turns'

const stopReasons: ReadonlyMap<string, StopReason> = new Map<string, StopReason>([
  ['end_turn', 'end_turn'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'max_tokens'],
  ['stop_sequence', 'stop_sequence'],
  ['pause_turn', 'pause_turn'],
  // It summed up what was said, and goes on from there.
  ['compaction', 'pause_turn'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'context_window'],
])

/** Anthropic's word for why it stopped, as ours. A word that nobody knows yet counts as the end of the turn. */
export function toStopReason(word: string | undefined, hasCalls: boolean): StopReason {
  if (word === undefined) return hasCalls ? 'tool_calls' : 'end_turn'
  const reason = stopReasons.get(word) ?? 'end_turn'
  // Servers that only speak the format say so of an answer with calls, too.
  return word === 'end_turn' && hasCalls ? 'tool_calls' : reason
}

/** Whether the model was cut short, so that its last call may lack the end of its arguments, however whole they look. */
export function cutsOff(word: string | undefined): boolean {
  return (
    word === 'max_tokens' || word === 'model_context_window_exceeded' || word === 'stop_sequence' || word === 'refusal'
  )
}
