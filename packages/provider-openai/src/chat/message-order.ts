import { parseJsonObject, type Report, textIn } from '@geppetto/engine'
import type { HostQuirks } from './hosts.ts'
import { systemMessage, userMessage, type WireMessage } from './wire-message.ts'

/** Whether a message is sent as it stands whatever is before and behind it, but for an answer that is the last one. */
export function isAsItStands({ systemAnywhere, repeatedUserRole, userAfterTool }: HostQuirks): boolean {
  return systemAnywhere && repeatedUserRole && userAfterTool
}

/** The messages in an order that the host takes. */
export function arrangeMessages(
  messages: readonly WireMessage[],
  quirks: HostQuirks,
  report: Report,
): readonly WireMessage[] {
  const placed = quirks.systemAnywhere ? messages : placeSystem(messages, quirks.systemRole, report)
  const arranged: WireMessage[] = []
  for (const message of placed) {
    const last = arranged.at(-1)
    if (message.role === 'user' && last?.role === 'user' && !quirks.repeatedUserRole) {
      report('messages-merged', 'the host wants the roles to alternate: user messages in a row become one')
      arranged[arranged.length - 1] = userMessage([...(last.parts ?? []), ...(message.parts ?? [])])
      continue
    }
    if (message.role === 'user' && last?.role === 'tool' && !quirks.userAfterTool) {
      report('text-added', 'the host takes no user message behind a tool message: a word of the model is put between')
      arranged.push({ role: 'assistant', json: JSON.stringify({ role: 'assistant', content: 'I have the results.' }) })
    }
    arranged.push(message)
  }
  const trimmed = trimEnd(arranged, report)
  return quirks.prefixMark ? markPrefix(trimmed) : trimmed
}

/** System texts at the beginning become one; later ones are said by the user, where they stand. */
function placeSystem(messages: readonly WireMessage[], role: string, report: Report): readonly WireMessage[] {
  const start = messages.findIndex((message) => message.role !== 'system')
  const leading = start < 0 ? messages : messages.slice(0, start)
  const rest = start < 0 ? [] : messages.slice(start)
  if (leading.length > 1)
    report('messages-merged', 'the host takes one system message: those at the beginning become one')
  const first = leading.length === 0 ? [] : [systemMessage(role, leading.map(contentOf).join('\n\n'))]
  return [
    ...first,
    ...rest.map((message) => {
      if (message.role !== 'system') return message
      report('system-as-user', 'the host takes system text at the beginning alone: later text is said by the user')
      return userMessage([{ type: 'text', text: contentOf(message) }])
    }),
  ]
}

function contentOf(message: WireMessage): string {
  return textIn(parseJsonObject(message.json), 'content') ?? ''
}

/** Says of an answer at the end that it is to be gone on with. */
function markPrefix(messages: readonly WireMessage[]): readonly WireMessage[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return messages
  return messages.with(-1, { role: 'assistant', json: JSON.stringify({ ...parseJsonObject(last.json), prefix: true }) })
}

/** Models behind some gateways refuse an answer to go on with that ends in white space. */
function trimEnd(messages: readonly WireMessage[], report: Report): readonly WireMessage[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return messages
  const message = parseJsonObject(last.json)
  const content = textIn(message, 'content')
  if (content === undefined || content === content.trimEnd()) return messages
  report('white-space-trimmed', 'white space at the end of the last answer is not sent')
  return messages.with(-1, { role: 'assistant', json: JSON.stringify({ ...message, content: content.trimEnd() }) })
}
