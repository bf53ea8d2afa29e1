import { contentText, isJsonObject, type JsonValue, type ToolOutcome } from '@geppetto/turns'
import type { Exchange } from './conversation.ts'
import { renderValue } from './render-value.ts'

/** So much of a long result is said. */
const maxLines = 12
const maxLength = 1_200

/** What the tools said, in plain sentences: which tool, asked for what, and what came of it. */
export function answerFromResults(exchanges: readonly Exchange[]): string {
  return exchanges.map(describeExchange).join('\n')
}

function describeExchange({ call, result }: Exchange): string {
  const input = call.input.state === 'parsed' ? describeInput(call.input.value) : ''
  const tool = `${call.name}${input === '' ? '' : ` (${input})`}`
  const text = result === undefined ? '' : contentText(result.content).trim()
  const unseen = [...new Set(result?.content.map(({ type }) => type).filter((type) => type !== 'text'))]
  const media =
    unseen.length === 0
      ? ''
      : ` It also returned ${unseen.join(' and ')} content, which I cannot take in: I read text only.`
  return describeOutcome(tool, result?.outcome ?? 'unknown', text) + media
}

function describeOutcome(tool: string, outcome: ToolOutcome, text: string): string {
  const told = text === '' ? '' : spaced(sentence(shorten(text)))
  switch (outcome) {
    case 'ok':
      return text === '' ? `${tool} ran and said nothing.` : `${tool} says:${spaced(sentence(readable(text)))}`
    case 'error':
      return text === '' ? `${tool} failed and did not say why.` : `${tool} failed:${spaced(sentence(shorten(text)))}`
    case 'denied':
      return `${tool} was denied, so I have no answer from it.${told}`
    case 'timed-out':
      return `${tool} did not answer in time.${told}`
    case 'cancelled':
      return `${tool} was cancelled before it had an answer.${told}`
    case 'not-run':
      return `${tool} was not run, so I have no answer from it.${told}`
    case 'unknown':
      return `${tool} was called, and I do not know what came of it.${told}`
    case 'pending':
      return `${tool} has not answered yet.${told}`
  }
}

/** The arguments that are short enough to say which call it was. */
function describeInput(input: JsonValue): string {
  const values = isJsonObject(input) ? Object.values(input) : [input]
  const said = values.filter((value) => value !== undefined).map((value) => renderValue(value).replace(/\s+/g, ' '))
  return said.map((value) => (value.length > 60 ? `${value.slice(0, 59)}…` : value)).join(', ')
}

/** A result that is JSON as people read it, any other as it is; what is long is cut, and that is said. */
function readable(text: string): string {
  const value = readJson(text)
  return shorten(value === undefined ? text : renderValue(value))
}

function readJson(text: string): JsonValue | undefined {
  if (!/^[[{"]|^(true|false|null)$/.test(text)) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    // A tool may say anything; what is no JSON is text.
    return undefined
  }
}

function shorten(text: string): string {
  const lines = text.split('\n')
  const few = lines.slice(0, maxLines).join('\n')
  const kept = few.length > maxLength ? `${few.slice(0, maxLength).trimEnd()}…` : few
  const shown = kept.includes('\n') ? `\n${kept}` : kept
  if (lines.length > maxLines) return `${shown}\n(and ${lines.length - maxLines} more lines)`
  return kept === few ? shown : `${shown} (${text.length} characters in all)`
}

/** Several lines begin on one of their own. */
function spaced(text: string): string {
  return text.startsWith('\n') ? text : ` ${text}`
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) || text.includes('\n') ? text : `${text}.`
}
