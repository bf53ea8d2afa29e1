import type { ToolCallInput } from '../block.ts'
import { assistantBlock, providerBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import type { Citation } from '../content.ts'
import { defined } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { ownJson } from '../own-json.ts'
import { parseToolInput } from '../tool-input.ts'
import { choiceIn, type Fields, fieldsIn, fieldsOf, filledIn, jsonText, listIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import type { MakeBlock, ReadItem } from './responses-answer.ts'

/** What an output item becomes; undefined where it cannot be a block, which is then told of. */
export function readResponsesItem(builder: ImportBuilder, item: Fields, path: string): ReadItem | undefined {
  if (item.type === 'reasoning') return readReasoning(builder, item)
  if (item.type === undefined || item.type === 'message') return readMessage(builder, item, path)
  return isClientCall(item) ? readCall(builder, item, path) : readServerItem(item)
}

function readMessage(builder: ImportBuilder, item: Fields, path: string): ReadItem {
  const isCut = isIncomplete(item)
  const { content } = item
  const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'output_text', text: content }]
  const blocks = parts.flatMap((part, index): readonly MakeBlock[] => {
    const fields = fieldsOf(part) ?? {}
    const place = `${path}.content[${index}]`
    if (fields.type === 'refusal') return [messageBlock(textIn(fields, 'refusal') ?? '', { refusal: true }, isCut)]
    if (fields.type === 'output_text' || fields.type === 'input_text' || fields.type === 'text') {
      const citations = (listIn(fields, 'annotations') ?? []).flatMap(readCitation)
      return [messageBlock(textIn(fields, 'text') ?? '', citations.length === 0 ? {} : { citations }, isCut)]
    }
    if (!builder.hasProvenance) builder.lose(place, 'it is no text that the model said')
    return []
  })
  return {
    blocks: blocks.length === 0 ? [messageBlock('', {}, isCut)] : blocks,
    isCut,
    opaque: [],
  }
}

function messageBlock(
  text: string,
  extra: { readonly refusal?: true; readonly citations?: readonly Citation[] },
  isCut: boolean,
): MakeBlock {
  return (fields) => assistantBlock(text, { ...fields, ...extra, ...cutOff(isCut) })
}

function readCitation(annotation: unknown): readonly Citation[] {
  const raw = ownJson(annotation, 'annotation').value
  const fields = fieldsOf(annotation)
  if (fields === undefined || raw === undefined) return []
  return [
    { ...defined({ url: textIn(fields, 'url'), title: textIn(fields, 'title') ?? textIn(fields, 'filename') }), raw },
  ]
}

/** Each part of its summary, or of itself, is a block; without any there is one that holds what only the maker understands. */
function readReasoning(builder: ImportBuilder, item: Fields): ReadItem {
  const isCut = isIncomplete(item)
  const texts = (name: string) => (listIn(item, name) ?? []).map((part) => textIn(fieldsOf(part), 'text') ?? '')
  const blocks: MakeBlock[] = [
    ...texts('summary').map((text) => reasoningMaker(text, 'summary', isCut)),
    ...texts('content').map((text) => reasoningMaker(text, undefined, isCut)),
  ]
  if (blocks.length === 0 && builder.hasProvenance && !isCut) blocks.push(reasoningMaker('', 'redacted', false))
  return { blocks, isCut, opaque: ['encrypted_content'] }
}

function reasoningMaker(text: string, form: 'summary' | 'redacted' | undefined, isCut: boolean): MakeBlock {
  return (fields) => reasoningBlock(text, { ...fields, ...defined({ form }), ...cutOff(isCut) })
}

/** Whether a client has to run what the item asks for. A shell in a container of the provider's is run there. */
function isClientCall(item: Fields): boolean {
  if (item.type === 'tool_search_call') return item.execution === 'client'
  const environment = fieldsIn(item, 'environment')?.type
  return inputOf(item) !== undefined && (environment === undefined || environment === null || environment === 'local')
}

/** The input of a call of a client's tool, as text. */
function inputOf(item: Fields): string | undefined {
  switch (item.type) {
    case 'function_call':
      return textIn(item, 'arguments') ?? ''
    case 'custom_tool_call':
      return textIn(item, 'input') ?? ''
    case 'local_shell_call':
    case 'shell_call':
      return jsonText(item.action)
    case 'apply_patch_call':
      return jsonText(item.operation)
    case 'computer_call':
      return jsonText(item.actions ?? item.action)
    case 'tool_search_call':
      return textIn(item, 'arguments') ?? jsonText(item.arguments)
    default:
      return undefined
  }
}

function readCall(builder: ImportBuilder, item: Fields, path: string): ReadItem | undefined {
  const raw = inputOf(item) ?? ''
  const isFunction = item.type === 'function_call' || item.type === 'custom_tool_call'
  const name = filledIn(item, 'name') ?? (isFunction ? undefined : textIn(item, 'type'))
  if (name === undefined) {
    builder.lose(path, 'it calls no tool by a name')
    return undefined
  }
  const isCut = isIncomplete(item)
  const callId = filledIn(item, 'call_id') ?? filledIn(item, 'id') ?? builder.nextCallId()
  const input: ToolCallInput =
    item.type === 'custom_tool_call' && !isCut ? { state: 'parsed', value: raw } : parseToolInput(raw, !isCut)
  return {
    blocks: [(fields) => toolCallBlock({ callId, name, input }, { ...fields, ...cutOff(isCut) })],
    isCut,
    clientCallId: callId,
    opaque: [],
  }
}

/** What the provider did or keeps on its side: it can be read, but goes back only as it came. */
function readServerItem(item: Fields): ReadItem {
  const { input, output } = factsOf(item)
  const facts = defined({ name: textIn(item, 'name'), input: plain(input), output: plain(output) })
  return {
    blocks: [(fields) => providerBlock(textIn(item, 'type') ?? '', { ...fields, ...facts })],
    isCut: false,
    opaque: ['type'],
  }
}

function factsOf(item: Fields): { readonly input?: unknown; readonly output?: unknown } {
  switch (item.type) {
    case 'web_search_call':
    case 'shell_call':
      return { input: item.action }
    case 'file_search_call':
      return { input: item.queries, output: item.results }
    case 'code_interpreter_call':
      return { input: item.code, output: item.outputs }
    case 'image_generation_call':
      return { input: item.revised_prompt, output: item.result }
    case 'mcp_call':
      return { input: item.arguments, output: item.output ?? item.error }
    case 'mcp_approval_request':
      return { input: item.arguments }
    case 'shell_call_output':
      return { output: item.output }
    default:
      return {}
  }
}

function plain(value: unknown): JsonValue | undefined {
  return value === null ? undefined : ownJson(value, 'value').value
}

function isIncomplete(item: Fields): boolean {
  const status = choiceIn(item, 'status', ['completed', 'incomplete', 'in_progress'])
  return status === 'incomplete' || status === 'in_progress'
}

function cutOff(isCut: boolean): { readonly complete?: false } {
  return isCut ? { complete: false } : {}
}
