import { assistantBlock, type BlockFields, providerBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import type { Citation } from '../content.ts'
import { defined } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { ownJson } from '../own-json.ts'
import { type Fields, fieldsOf, filledIn, listIn, textIn, without } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { opaqueReason } from './opaque.ts'

/** The message that a content block stands in. */
interface Message {
  readonly builder: ImportBuilder
  readonly group: string
  /** How many of its content blocks were taken over. */
  count: number
}

/** What the model said in one message, block by block. With the provenance known, each keeps its own form, so that the message can go back as it came. */
export function addAnthropicAnswer(builder: ImportBuilder, content: unknown, path: string): void {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  if (!Array.isArray(blocks)) return builder.lose(path, 'it is neither a text nor a list of blocks')
  const message: Message = { builder, group: builder.nextId(), count: 0 }
  for (const [index, item] of blocks.entries()) {
    const place = typeof content === 'string' ? path : `${path}[${index}]`
    const block = fieldsOf(item)
    if (block === undefined || filledIn(block, 'type') === undefined) builder.lose(place, 'it is no content block')
    else addBlock(message, block, place)
  }
}

function addBlock(message: Message, block: Fields, path: string): void {
  const { builder } = message
  if (block.cache_control !== undefined && block.cache_control !== null)
    builder.lose(`${path}.cache_control`, 'where the cache begins is asked with each request')
  switch (block.type) {
    case 'text':
      return addText(message, block, path)
    case 'thinking':
    case 'redacted_thinking':
      return addThinking(message, block, path)
    case 'tool_use':
      return addCall(message, block, path)
    default:
      return addServerBlock(message, block, path)
  }
}

/** The fields of the block with its own form, less what our block says word for word. */
function nativeOf(message: Message, block: Fields, ...said: readonly string[]): BlockFields {
  const { builder, group, count } = message
  if (!builder.hasProvenance) return {}
  return defined({
    native: builder.native('anthropic-messages', group, {
      index: count,
      block: without(block, 'cache_control', ...said),
    }),
  })
}

function addText(message: Message, block: Fields, path: string): void {
  const { builder } = message
  const text = textIn(block, 'text') ?? ''
  // The API refuses to get it back.
  if (text === '') return
  const citations = (listIn(block, 'citations') ?? []).flatMap(readCitation)
  const extra = nativeOf(message, block, 'text')
  const cited = citations.length === 0 ? {} : { citations }
  count(
    message,
    builder.add(path, (fields) => assistantBlock(text, { ...fields, ...cited }), extra),
  )
}

function readCitation(citation: unknown): readonly Citation[] {
  const raw = ownJson(citation, 'citation').value
  const fields = fieldsOf(citation)
  if (fields === undefined || raw === undefined) return []
  const url = textIn(fields, 'url') ?? textIn(fields, 'source')
  const title = textIn(fields, 'title') ?? textIn(fields, 'document_title')
  return [{ ...defined({ url, title, text: textIn(fields, 'cited_text') }), raw }]
}

function addThinking(message: Message, block: Fields, path: string): void {
  const { builder } = message
  const isRedacted = block.type === 'redacted_thinking'
  const text = isRedacted ? '' : (textIn(block, 'thinking') ?? '')
  const extra = nativeOf(message, block, 'thinking')
  if (extra.native === undefined) {
    const secret = isRedacted ? 'data' : 'signature'
    if (filledIn(block, secret) !== undefined) builder.lose(`${path}.${secret}`, opaqueReason)
    if (text === '') return
  }
  const form = isRedacted ? ({ form: 'redacted' } as const) : {}
  count(
    message,
    builder.add(path, (fields) => reasoningBlock(text, { ...fields, ...form }), extra),
  )
}

function addCall(message: Message, block: Fields, path: string): void {
  const { builder } = message
  const value: JsonValue | undefined = ownJson(block.input ?? {}, 'input').value
  const callId = filledIn(block, 'id') ?? builder.nextCallId()
  if (value === undefined) return builder.lose(path, 'its input is no JSON')
  const call = { callId, name: textIn(block, 'name') ?? '', input: { state: 'parsed', value } } as const
  count(
    message,
    builder.add(path, (fields) => toolCallBlock(call, fields), nativeOf(message, block, 'input')),
  )
}

/** What the provider did on its side: a call of its tools, their result, and whatever it may invent. */
function addServerBlock(message: Message, block: Fields, path: string): void {
  const { builder } = message
  if (!builder.hasProvenance) builder.lose(path, opaqueReason)
  const input: JsonValue | undefined = ownJson(block.input, 'input').value
  const output: JsonValue | undefined = ownJson(block.content, 'content').value
  const facts = defined({ name: textIn(block, 'name'), input, output })
  const extra = nativeOf(message, block, 'input', 'content')
  count(
    message,
    builder.add(path, (fields) => providerBlock(textIn(block, 'type') ?? '', { ...fields, ...facts }), extra),
  )
}

function count(message: Message, added: unknown): void {
  if (added !== undefined) message.count++
}
