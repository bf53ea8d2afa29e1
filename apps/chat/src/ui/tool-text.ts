import { type ContentPart, contentText, isJsonObject, type ToolCallInput, visibleText } from '@geppetto/turns'

/** The arguments of a call for people: `city: Paris, days: 3`; what did not arrive as JSON as it came. */
export function inputText(input: ToolCallInput): string {
  if (input.state !== 'parsed') return visibleText(`${input.raw} (${input.state})`)
  const { value } = input
  if (!isJsonObject(value)) return visibleText(JSON.stringify(value))
  return visibleText(
    Object.entries(value)
      .map(([name, field]) => `${name}: ${typeof field === 'string' ? field : JSON.stringify(field)}`)
      .join(', '),
  )
}

/** What a tool gave, for people. */
export function resultText(content: readonly ContentPart[]): string {
  return visibleText(contentText(content)).trimEnd()
}
