import { type ContentPart, sealedResult, type ToolCallBlock, type ToolOutcome, textPart } from '@geppetto/turns'
import type { ToolError } from './tool-error.ts'

/** How a call ended: what its result block will say. */
export interface CallEnd {
  readonly outcome: ToolOutcome
  readonly content: readonly ContentPart[]
  /** The call failed, so that the error handling of the config applies. */
  readonly error?: ToolError
}

/** The call failed; the model reads the error's message. */
export function failed(error: ToolError): CallEnd {
  const outcome = error.code === 'timed_out' ? 'timed-out' : 'error'
  return { outcome, content: [textPart(error.message)], error }
}

/** The call was not run now, and may have run before: nobody knows what came of that. */
export function mayHaveRunBefore(end: CallEnd): CallEnd {
  const content = [...end.content, textPart('It may have run before; what came of that is not known.')]
  return { ...end, outcome: 'unknown', content }
}

/** The call has no answer, in the words that sealing a turn has for it too. */
export function unanswered(block: ToolCallBlock, outcome: 'cancelled' | 'not-run' | 'unknown' | 'pending'): CallEnd {
  return { outcome, content: sealedResult(block, { outcomeOf: () => outcome }).content }
}
