import { EngineError, type Report } from '@geppetto/engine'
import { providerCalls, type Turn } from '@geppetto/turns'
import { addedText, type WireMessage } from './said-conversation.ts'

/**
 * Makes a conversation end as the API has it: the user speaks last where the model does not go on with a text of its own.
 * @param takesPrefill whether it does.
 * @throws EngineError `unsupported` when there is nothing to answer.
 */
export function fitEnd(messages: WireMessage[], turn: Turn, takesPrefill: boolean, report: Report): void {
  if (messages.length === 0)
    throw new EngineError('unsupported', 'the turn holds nothing to answer: append a user block')
  if (messages.at(-1)?.role === 'assistant') fitLast(messages, isPaused(turn) || takesPrefill, report)
}

/** A paused message is sent back as it is, and the model goes on with it. */
function isPaused(turn: Turn): boolean {
  return providerCalls(turn).at(-1)?.stop === 'pause_turn'
}

function fitLast(messages: WireMessage[], goesOn: boolean, report: Report): void {
  const last = messages.at(-1)?.parts.at(-1)
  if (last === undefined) return
  const { block } = last
  const isThinking = block.kind === 'reasoning'
  if (!goesOn || isThinking) {
    const why = 'the conversation ended with the assistant, which the model does not take'
    report('text-added', why, block)
    messages.push({ role: 'user', parts: [addedText('Continue.', block)] })
  } else if (block.kind === 'assistant' && block.text !== block.text.trimEnd()) {
    report('white-space-trimmed', 'white space at the end of the text that the model is to go on with', block)
    messages.at(-1)?.parts.splice(-1, 1, addedText(block.text.trimEnd(), block))
  }
}
