import { EngineError, type Report } from '@geppetto/engine'
import { providerCalls, type Turn } from '@geppetto/turns'
import type { WirePart } from './assistant-part.ts'
import type { Conversation, WireMessage } from './conversation.ts'
import { wireJson } from './wire.ts'

/**
 * Makes a conversation begin and end as the API has it: the user speaks first, and last too where the model does not go on with a text of its own.
 * @param takesPrefill whether it does.
 * @throws EngineError `unsupported` when there is nothing to answer.
 */
export function fitEnds({ messages }: Conversation, turn: Turn, takesPrefill: boolean, report: Report): void {
  const [first] = messages
  const block = first?.parts[0]?.block
  if (first === undefined || block === undefined)
    throw new EngineError('unsupported', 'the turn holds nothing to answer: append a user block')
  if (first.role === 'assistant') {
    report('text-added', 'the conversation began with the assistant', block)
    messages.unshift({ role: 'user', parts: [said('(The conversation begins.)', block)] })
  }
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
    messages.push({ role: 'user', parts: [said('Continue.', block)] })
  } else if (block.kind === 'assistant' && block.text !== block.text.trimEnd()) {
    report('white-space-trimmed', 'white space at the end of the text that the model is to go on with', block)
    messages.at(-1)?.parts.splice(-1, 1, said(block.text.trimEnd(), block))
  }
}

function said(text: string, block: WirePart['block']): WirePart {
  return { json: wireJson({ type: 'text', text }), type: 'text', block }
}
