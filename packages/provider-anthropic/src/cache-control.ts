import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { WireMessage } from './conversation.ts'

/** How many places the API lets one mark. */
const maxMarks = 4

const mark = { cache_control: { type: 'ephemeral' } } as const

/**
 * Marks up to where the provider shall keep what it read: the tools, the system text, the end of the conversation, and where it ended a step
 * ago, as the provider looks back only twenty blocks for what it kept. What carries the program's own marks is left alone.
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function markForCache(
  fields: { system?: readonly JsonObject[]; tools?: readonly JsonObject[] },
  messages: readonly WireMessage[],
): { readonly system?: readonly JsonObject[]; readonly tools?: readonly JsonObject[] } {
  const { system, tools } = fields
  let left = maxMarks - countMarks(tools ?? [])
  const takeMark = (): boolean => left-- > 0
  const users = messages.filter((message) => message.role === 'user')
  if (takeMark()) markLast(users.at(-1))
  const marked = {
    ...(system === undefined ? undefined : { system: takeMark() ? markedLast(system) : system }),
    ...(tools === undefined ? undefined : { tools: hasMark(tools.at(-1)) || !takeMark() ? tools : markedLast(tools) }),
  }
  if (takeMark()) markLast(users.at(-2))
  return marked
}

function countMarks(value: JsonValue | readonly JsonObject[]): number {
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + countMarks(item), 0)
  return isJsonObject(value) && hasMark(value) ? 1 : 0
}

function hasMark(object: JsonObject | undefined): boolean {
  return isJsonObject(object?.cache_control)
}

function markedLast(list: readonly JsonObject[]): readonly JsonObject[] {
  return list.map((item, index) => (index === list.length - 1 ? { ...item, ...mark } : item))
}

/** Into the text, as old blocks keep theirs. */
function markLast(message: WireMessage | undefined): void {
  const last = message?.parts.at(-1)
  if (last === undefined) return
  message?.parts.splice(-1, 1, { ...last, json: `${last.json.slice(0, -1)},${JSON.stringify(mark).slice(1)}` })
}
