import type { ToolCallBlock } from '../block.ts'
import { defined } from '../errors.ts'
import { type Fields, fieldsIn, fieldsOf, filledIn } from './fields.ts'

/** What the SDK keeps beside a part, by its provider. */
interface WithMetadata {
  readonly metadata: Fields
}

/** What of a part of a step decides how its maker said it. */
export type SDKPiece =
  | (WithMetadata & { readonly kind: 'text' | 'reasoning'; readonly text: string })
  | (WithMetadata & Pick<ToolCallBlock, 'callId' | 'name' | 'input'> & { readonly kind: 'call' })
  /** Something that cannot be said again in its maker's form. */
  | (WithMetadata & { readonly kind: 'other' })

/** A step as its maker said it: an entry for each of its pieces. */
export interface SDKMessage {
  readonly api: 'anthropic-messages' | 'openai-responses'
  readonly payloads: readonly unknown[]
}

/** What the SDK keeps of its provider's own, by the provider's name in it. */
export const keptFields: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['signature', 'redactedData'],
  openai: ['itemId', 'reasoningEncryptedContent'],
  azure: ['itemId', 'reasoningEncryptedContent'],
}

/**
 * The step in its maker's form, put together from what the SDK keeps of it; undefined where that is not enough. What is put together holds the opaque
 * data to the value.
 */
export function makersForm(pieces: readonly SDKPiece[]): SDKMessage | undefined {
  if (pieces.some(({ metadata }) => anthropicOf(metadata) !== undefined)) {
    const blocks = pieces.map(anthropicBlock)
    const payloads = blocks.map((block, index) => ({ index, block }))
    return blocks.every((block) => block !== undefined) ? { api: 'anthropic-messages', payloads } : undefined
  }
  if (!pieces.some(({ metadata }) => openaiOf(metadata) !== undefined)) return undefined
  const payloads = responsesPayloads(pieces)
  return payloads === undefined ? undefined : { api: 'openai-responses', payloads }
}

function anthropicOf(metadata: Fields): Fields | undefined {
  const own = fieldsIn(metadata, 'anthropic')
  return filledIn(own, 'signature') === undefined && filledIn(own, 'redactedData') === undefined ? undefined : own
}

function anthropicBlock(piece: SDKPiece): Fields | undefined {
  const own = anthropicOf(piece.metadata)
  switch (piece.kind) {
    case 'text':
      return { type: 'text' }
    case 'reasoning': {
      const data = filledIn(own, 'redactedData')
      if (data !== undefined) return { type: 'redacted_thinking', data }
      return own === undefined ? undefined : { type: 'thinking', signature: own.signature }
    }
    case 'call':
      return piece.input.state === 'parsed' ? { type: 'tool_use', id: piece.callId, name: piece.name } : undefined
    case 'other':
      return undefined
  }
}

function openaiOf(metadata: Fields): Fields | undefined {
  const own = fieldsOf(metadata.openai) ?? fieldsOf(metadata.azure)
  return filledIn(own, 'itemId') === undefined && filledIn(own, 'reasoningEncryptedContent') === undefined
    ? undefined
    : own
}

/** Parts of one reasoning item stand behind each other and share its id. */
function responsesPayloads(pieces: readonly SDKPiece[]): readonly unknown[] | undefined {
  const items: SDKPiece[][] = []
  for (const piece of pieces) {
    const before = items.at(-1)
    const id = piece.kind === 'reasoning' ? filledIn(openaiOf(piece.metadata), 'itemId') : undefined
    const isSame =
      before?.[0]?.kind === 'reasoning' && id !== undefined && filledIn(openaiOf(before[0].metadata), 'itemId') === id
    if (isSame) before.push(piece)
    else items.push([piece])
  }
  const made = items.map(responsesItem)
  if (!made.every((item) => item !== undefined)) return undefined
  return items.flatMap((parts, place) =>
    parts.map((_, part) => ({
      place,
      part,
      parts: parts.length,
      ...(part === 0 ? { item: made[place] } : undefined),
      ...(place === items.length - 1 && part === parts.length - 1 ? { last: true } : undefined),
    })),
  )
}

function responsesItem(parts: readonly SDKPiece[]): Fields | undefined {
  const [first] = parts
  if (first === undefined) return undefined
  const metadata = parts.map((piece) => openaiOf(piece.metadata))
  const id = filledIn(metadata[0], 'itemId')
  switch (first.kind) {
    case 'text': {
      const content = [{ type: 'output_text', text: first.text, annotations: [] }]
      return { type: 'message', ...defined({ id }), role: 'assistant', status: 'completed', content }
    }
    case 'reasoning': {
      const secret = metadata
        .map((own) => filledIn(own, 'reasoningEncryptedContent'))
        .find((text) => text !== undefined)
      if (id === undefined || secret === undefined) return undefined
      const texts = parts.flatMap((piece) => (piece.kind === 'reasoning' && piece.text !== '' ? [piece.text] : []))
      const summary = texts.map((text) => ({ type: 'summary_text', text }))
      return { type: 'reasoning', id, summary, encrypted_content: secret }
    }
    case 'call': {
      if (first.input.state !== 'parsed') return undefined
      const facts = { call_id: first.callId, name: first.name, arguments: JSON.stringify(first.input.value) }
      return { type: 'function_call', ...defined({ id }), ...facts, status: 'completed' }
    }
    case 'other':
      return undefined
  }
}
