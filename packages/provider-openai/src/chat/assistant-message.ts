import { objectIn, objectsIn, type Report, textIn } from '@geppetto/engine'
import {
  type AssistantBlock,
  type Block,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ReasoningBlock,
  type ToolCallBlock,
} from '@geppetto/turns'
import { fitToolName } from '../tool-name.ts'
import type { HostQuirks } from './hosts.ts'
import { joinDetails } from './reasoning-details.ts'
import type { OutputBlock } from './steps.ts'
import type { WireMessage } from './wire-message.ts'

/** What the messages of one request share. */
export interface MessageRules {
  readonly quirks: HostQuirks
  /** Whether the block's own data may go back to where the request goes. */
  isAtHome(block: Block): boolean
  /** The id of a call on the wire. */
  wireId(callId: string): string
}

/** What a model said as one message, or undefined when nothing of it can be said. */
export function assistantMessage(
  blocks: readonly OutputBlock[],
  rules: MessageRules,
  report: Report,
): WireMessage | undefined {
  const answers = blocks.filter((block) => block.kind === 'assistant')
  const texts = answers.filter((block) => block.text.trim() !== '')
  const calls = blocks.filter((block) => block.kind === 'tool-call')
  const reasoning = blocks.filter((block) => block.kind === 'reasoning')
  for (const block of blocks)
    if (block.kind === 'provider')
      report('provider-block-dropped', `Chat Completions has no word for a ${block.type} of another API`, block)
  if (texts.length === 0 && calls.length === 0) {
    for (const block of blocks)
      if (block.kind !== 'provider')
        report('empty-message-dropped', 'an answer without text and calls is not sent', block)
    return undefined
  }
  for (const block of answers)
    if (!texts.includes(block)) report('empty-text-dropped', 'an answer without words is not sent', block)
  const thoughts = replayedReasoning(reasoning, calls.length > 0, rules, report)
  const content = contentOf(texts, thoughts.parts, rules.quirks, report)
  const message: JsonObject = {
    role: 'assistant',
    content,
    ...thoughts.fields,
    ...(calls.length === 0 ? undefined : { tool_calls: calls.map((call) => wireCall(call, rules, report)) }),
  }
  return { role: 'assistant', json: JSON.stringify(message) }
}

function contentOf(
  texts: readonly AssistantBlock[],
  thoughts: readonly JsonObject[],
  { refusalPart }: HostQuirks,
  report: Report,
): JsonValue {
  const hasRefusal = texts.some((block) => block.refusal === true)
  if (hasRefusal && refusalPart)
    return texts.map(({ text, refusal }) =>
      refusal ? { type: 'refusal', refusal: text.toWellFormed() } : { type: 'text', text: text.toWellFormed() },
    )
  for (const block of texts)
    if (block.refusal === true) report('refusal-as-text', 'the host knows no refusals: it is sent as text', block)
  const text = texts.map((block) => block.text.toWellFormed()).join('\n\n')
  if (thoughts.length > 0) return [...thoughts, ...(text === '' ? [] : [{ type: 'text', text }])]
  return text === '' ? null : text
}

/** Reasoning that goes back, as parts of the content or as fields of the message. */
interface ReplayedReasoning {
  readonly parts: readonly JsonObject[]
  readonly fields: JsonObject
}

function replayedReasoning(
  blocks: readonly ReasoningBlock[],
  hasCalls: boolean,
  rules: MessageRules,
  report: Report,
): ReplayedReasoning {
  const { reasoningBack } = rules.quirks
  const isWanted = reasoningBack === 'always' || (hasCalls && reasoningBack !== 'never')
  const parts: JsonObject[] = []
  const fields: Record<string, JsonValue> = {}
  const details: JsonObject[] = []
  for (const block of blocks) {
    if (!rules.isAtHome(block))
      report('reasoning-dropped', 'reasoning of another API, host or model is not sent', block)
    else if (!isWanted) report('reasoning-dropped', 'the host does not take its reasoning back', block)
    else addReasoning(block, parts, fields, details)
  }
  if (details.length > 0) fields['reasoning_details'] = details
  const isMissing = reasoningBack === 'required-with-calls' && hasCalls && Object.keys(fields).length === 0
  return { parts, fields: isMissing ? { reasoning_content: '' } : fields }
}

function addReasoning(
  block: ReasoningBlock,
  parts: JsonObject[],
  fields: Record<string, JsonValue>,
  details: JsonObject[],
): void {
  const payload = block.native?.payload
  const field = textIn(payload, 'field')
  addDetails(details, objectsIn(payload, 'details'), isJsonObject(payload) && payload['continues'] === true)
  if (field === 'content') parts.push({ type: 'thinking', thinking: [{ type: 'text', text: block.text }] })
  else if (field !== undefined) fields[field] = `${fields[field] ?? ''}${block.text}`
}

/** What came behind text or calls can go on with the detail before them. */
function addDetails(details: JsonObject[], more: readonly JsonObject[], continues: boolean): void {
  const last = continues ? details.pop() : undefined
  const [first, ...others] = more
  if (first !== undefined) details.push(last === undefined ? first : joinDetails(last, first), ...others)
}

function wireCall(call: ToolCallBlock, rules: MessageRules, report: Report): JsonObject {
  const id = rules.wireId(call.callId)
  const isOwn = rules.isAtHome(call)
  if (!isOwn && id !== call.callId) report('call-id-changed', `the host's ids have another form: ${id}`, call)
  const name = fitToolName(call.name)
  if (name !== call.name) report('tool-name-changed', `the tool's name does not fit: ${name}`, call)
  const payload = isOwn ? call.native?.payload : undefined
  const extras = objectIn(payload, 'extras')
  if (isJsonObject(payload) && payload['custom'] === true)
    return { ...extras, id, type: 'custom', custom: { name, input: textIn(payload, 'arguments') ?? '' } }
  return { ...extras, id, type: 'function', function: { name, arguments: argumentsOf(call, isOwn, report) } }
}

/** The exact text where it came from here: another spelling of the same would miss the provider's cache. */
function argumentsOf(call: ToolCallBlock, isOwn: boolean, report: Report): string {
  const { input } = call
  const value = input.state === 'parsed' ? input.value : input.raw
  if (!isJsonObject(value)) {
    report('arguments-wrapped', 'arguments that are no JSON object are sent as { input }', call)
    return JSON.stringify({ input: value })
  }
  const own = isOwn ? textIn(call.native?.payload, 'arguments') : undefined
  return own ?? JSON.stringify(value)
}

/** The provider's own id of the call. */
export function ownCallId(call: ToolCallBlock): string | undefined {
  return textIn(call.native?.payload, 'id')
}
