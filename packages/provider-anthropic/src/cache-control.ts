import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { WireMessage } from './said-conversation.ts'

/** How many places the API lets one mark. */
const maxMarks = 4

const mark = { cache_control: { type: 'ephemeral' } } as const

/** In the order in which the API reads them; a mark of the request itself stands at its end. */
const sections = ['tools', 'system', 'messages', 'cache_control'] as const

/** The lists that a request may have. */
interface Lists {
  readonly system?: readonly JsonObject[]
  readonly tools?: readonly JsonObject[]
}

/**
 * Marks up to where the provider shall keep what it read: the tools, the system text, the end of the conversation, and where it ended a step
 * ago, as the provider looks back only twenty blocks for what it kept. What carries the program's own marks is left alone; they count, and what they keep for an
 * hour has to stand before what is kept for minutes, as by marks of ours.
 * @param extra what the program puts in the place of our fields.
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function markForCache(fields: Lists, messages: readonly WireMessage[], extra: JsonObject): Lists {
  const given: JsonObject = { tools: fields.tools, ...extra }
  let left = maxMarks - marksIn(given).length
  const takeMark = (section: (typeof sections)[number]): boolean => {
    const later = sections.slice(sections.indexOf(section) + 1)
    const isOurs = extra[section] === undefined && later.every((name) => !hasHour(name, given[name]))
    return isOurs && left-- > 0
  }
  const { system, tools } = fields
  const users = messages.filter((message) => message.role === 'user')
  if (takeMark('messages')) markLast(users.at(-1))
  const marked = {
    ...(system === undefined ? undefined : { system: takeMark('system') ? markedLast(system) : system }),
    ...(tools === undefined
      ? undefined
      : { tools: hasMark(tools.at(-1)) || !takeMark('tools') ? tools : markedLast(tools) }),
  }
  if (takeMark('messages')) markLast(users.at(-2))
  return marked
}

function hasHour(section: string, value: JsonValue | undefined): boolean {
  return marksIn({ [section]: value }).some(({ ttl }) => ttl === '1h')
}

/** The program's marks, wherever they stand. */
function marksIn(value: JsonValue | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(marksIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, field]) =>
    name === 'cache_control' && isJsonObject(field) ? [field] : name === 'input_schema' ? [] : marksIn(field),
  )
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
