import type { Degradation } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'

/** One message as it is sent. */
export interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  /** What a user says, in parts: two messages can become one. */
  readonly parts?: readonly JsonObject[]
  readonly json: string
}

/** Messages, and what had to be rewritten for them. */
export interface WireStep {
  readonly messages: readonly WireMessage[]
  readonly degradations: readonly Degradation[]
}

export function systemMessage(role: string, text: string): WireMessage {
  return { role: 'system', json: JSON.stringify({ role, content: text }) }
}

/** A text alone is sent as it is: not every host takes parts. */
export function userMessage(parts: readonly JsonObject[]): WireMessage {
  const [only] = parts
  const isText = parts.length === 1 && only?.['type'] === 'text'
  return { role: 'user', parts, json: JSON.stringify({ role: 'user', content: isText ? only['text'] : parts }) }
}

export function toolMessage(callId: string, text: string): WireMessage {
  return { role: 'tool', json: JSON.stringify({ role: 'tool', tool_call_id: callId, content: text }) }
}
