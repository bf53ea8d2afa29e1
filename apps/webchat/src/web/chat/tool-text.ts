import { isJsonObject, type JsonValue, type ToolCallInput } from '@geppetto/turns'

/** So much of the arguments stands in the line of a call. */
const maxShort = 80

/** The arguments in a line. */
export function shortInput(input: ToolCallInput): string {
  if (input.state !== 'parsed') return ''
  const values = isJsonObject(input.value) ? Object.values(input.value) : [input.value]
  const text = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')
  return text.length > maxShort ? `${text.slice(0, maxShort)}…` : text
}

/** The arguments as they are. */
export function inputText(input: ToolCallInput): string {
  return input.state === 'parsed' ? prettyJson(input.value) : input.raw
}

/** The arguments, to be read: as one text of JSON, or, where one of them has several lines, each by its name. */
export function argumentsOf(input: ToolCallInput): readonly { readonly name: string; readonly text: string }[] {
  const named = input.state === 'parsed' && isJsonObject(input.value) ? Object.entries(input.value) : []
  const hasLines = named.some(([, value]) => typeof value === 'string' && value.includes('\n'))
  if (!hasLines) return [{ name: '', text: inputText(input) }]
  return named.flatMap(([name, value]) => {
    if (value === undefined) return []
    return [{ name, text: typeof value === 'string' ? value : prettyJson(value) }]
  })
}

/** A text that is JSON, over several lines; any other as it is. */
export function readableText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    const value: JsonValue = JSON.parse(text)
    return prettyJson(value)
  } catch {
    // A tool may say anything.
    return text
  }
}

function prettyJson(value: JsonValue): string {
  return JSON.stringify(value, null, 2)
}
