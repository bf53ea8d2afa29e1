import { listIn, parseJsonObject, textIn } from '@geppetto/engine'
import { type Block, isJsonObject, type JsonObject, type ToolCallBlock, type ToolResultBlock } from '@geppetto/turns'
import { answerIdOf, toCallOutput } from './call-output.ts'

/** What decides whether a message can go back. */
export interface WholeMessageRules {
  /** Whether the provider keeps what it says: reasoning without its content can then go back by its id. */
  readonly isStored: boolean
  readonly results: ReadonlyMap<string, ToolResultBlock>
}

/** An item as it goes back: `empty` where it says nothing and is left out; undefined where its message cannot go back. */
export function toWholeItem(
  item: JsonObject,
  block: Block,
  rules: WholeMessageRules,
): JsonObject | 'empty' | undefined {
  if (item.type === 'reasoning') return rules.isStored || isReasoningKept(item) ? item : undefined
  if (item.type === 'message') return withoutEmptyParts(item)
  return block.kind === 'tool-call' ? toWholeCall(item, block, rules) : item
}

/** Arguments as the API takes them: an object, whatever the model wrote. */
export function writeArguments({ input }: ToolCallBlock): string {
  const value = input.state === 'parsed' ? input.value : input.raw
  return JSON.stringify(isJsonObject(value) ? value : { input: value })
}

/** Hosts of open models show the reasoning instead of encrypting it, and their models need it between calls. */
function isReasoningKept(item: JsonObject): boolean {
  return (textIn(item, 'encrypted_content') ?? '') !== '' || listIn(item, 'content').some((part) => !isEmptyPart(part))
}

/** The API refuses an empty text. */
function withoutEmptyParts(item: JsonObject): JsonObject | 'empty' {
  const text = textIn(item, 'content')
  if (text !== undefined) return text.trim() === '' ? 'empty' : item
  const parts = listIn(item, 'content')
  const content = parts.filter((part) => !isEmptyPart(part))
  if (content.length === 0) return 'empty'
  return content.length === parts.length ? item : { ...item, content }
}

function toWholeCall(item: JsonObject, block: ToolCallBlock, { results }: WholeMessageRules): JsonObject | undefined {
  const callId = answerIdOf(item)
  if (callId === undefined || callId === '') return undefined
  const result = results.get(block.callId)
  if (result !== undefined && toCallOutput(item, callId, result) === undefined) return undefined
  const isMended = item.type === 'function_call' && parseJsonObject(textIn(item, 'arguments') ?? '') === undefined
  return isMended ? { ...item, arguments: writeArguments(block) } : item
}

function isEmptyPart(part: unknown): boolean {
  return (textIn(part, 'text') ?? textIn(part, 'refusal'))?.trim() === ''
}
