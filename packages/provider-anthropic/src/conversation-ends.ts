import { EngineError } from '@geppetto/engine'
import { providerCalls, type Turn } from '@geppetto/turns'
import type { WirePart } from './assistant-part.ts'
import type { Conversation, WireMessage } from './conversation.ts'
import type { Degradations } from './degradations.ts'
import { wireJson } from './wire.ts'

/**
 * Makes a conversation begin and end as the API has it: the user speaks first, and last too where the model does not go on with a text of its own.
 * @param takesPrefill whether it does.
 * @throws EngineError `unsupported` when there is nothing to answer.
 */
export function fitEnds(
  { messages }: Conversation,
  turn: Turn,
  takesPrefill: boolean,
  degradations: Degradations,
): void {
  const [first] = messages
  const block = first?.parts[0]?.block
  if (first === undefined || block === undefined)
    throw new EngineError('unsupported', 'the turn holds nothing to answer: append a user block')
  if (first.role === 'assistant') {
    degradations.add('user-text-added', 'the conversation began with the assistant', block.id)
    messages.unshift({ role: 'user', parts: [said('(The conversation begins.)', block)] })
  }
  if (messages.at(-1)?.role === 'assistant') fitLast(messages, isPaused(turn) || takesPrefill, degradations)
}

/** A paused message is sent back as it is, and the model goes on with it. */
function isPaused(turn: Turn): boolean {
  return providerCalls(turn).at(-1)?.stop === 'pause_turn'
}

function fitLast(messages: WireMessage[], goesOn: boolean, degradations: Degradations): void {
  const last = messages.at(-1)?.parts.at(-1)
  if (last === undefined) return
  const { block } = last
  const isThinking = block.kind === 'reasoning'
  if (!goesOn || isThinking) {
    const why = 'the conversation ended with the assistant, which the model does not take'
    degradations.add('user-text-added', why, block.id)
    messages.push({ role: 'user', parts: [said('Continue.', block)] })
  } else if (block.kind === 'assistant' && block.text !== block.text.trimEnd()) {
    degradations.add(
      'white-space-trimmed',
      'white space at the end of the text that the model is to go on with',
      block.id,
    )
    messages.at(-1)?.parts.splice(-1, 1, said(block.text.trimEnd(), block))
  }
}

function said(text: string, block: WirePart['block']): WirePart {
  return { json: wireJson({ type: 'text', text }), type: 'text', block }
}
