import { addItems, type Degradation, NamesSoFar } from '@geppetto/engine'
import type { WirePart } from './assistant-part.ts'
import { wireJson } from './wire.ts'

export interface WireMessage {
  readonly role: 'user' | 'assistant' | 'system'
  readonly parts: WirePart[]
}

/** What was said of a conversation. */
export interface SaidConversation {
  /** The system text at its beginning. */
  readonly system: readonly string[]
  /** The messages at which nothing changes any more, as JSON texts, each of one or of several that are separated by commas. */
  readonly texts: readonly string[]
  /** The messages behind them. */
  readonly messages: readonly WireMessage[]
  /** What had to be rewritten. */
  readonly degradations: readonly Degradation[]
  /** The ids of calls that were sent. */
  readonly ids: NamesSoFar
  /** The container that programs ran in last. */
  readonly container: string | undefined
  /** Whether calls of the provider's own tools wait there for their results. */
  readonly isContainerOpen: boolean
}

/** Before anything is said. */
export const nothingSaid: SaidConversation = {
  system: [],
  texts: [],
  messages: [],
  degradations: [],
  ids: NamesSoFar.none,
  container: undefined,
  isContainerOpen: false,
}

/** A message of parts that are JSON already. */
export function messageJson({ role, parts }: WireMessage): string {
  return `{"role":"${role}","content":[${parts.map(({ json }) => json).join(',')}]}`
}

/** Makes texts of the messages that nothing is done to any more: the end of a conversation, which is marked or mended, holds the last two that the user said. */
export function settle(said: SaidConversation): SaidConversation {
  const { messages, texts } = said
  let users = 0
  let end = messages.length
  while (end > 0 && users < 2) if (messages[--end]?.role === 'user') users++
  if (end === 0) return said
  const settled = messages.slice(0, end).map(messageJson).join(',')
  return { ...said, texts: addItems(texts, settled), messages: messages.slice(end) }
}

/** A text beside what was said, for the sake of a block. */
export function addedText(text: string, block: WirePart['block']): WirePart {
  return { json: wireJson({ type: 'text', text }), type: 'text', block }
}
