import { type Report, textIn } from '@geppetto/engine'
import type { AssistantBlock, Block, ToolCallBlock } from '@geppetto/turns'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { CallIds } from './call-ids.ts'
import { forgetNative, type NativePayload, renderAs, renderNative } from './native.ts'
import { wireJson } from './wire.ts'

/** A content block as JSON. */
export interface WirePart {
  readonly json: string
  readonly type: string
  /** The block that it was made of. */
  readonly block: Block
}

/** What an assistant block says on the wire; undefined where nothing of it is sent. */
export function assistantPart(
  block: Exclude<Block, { readonly kind: 'system' | 'user' | 'tool-result' | 'unknown' }>,
  payload: NativePayload | undefined,
  ids: CallIds,
  report: Report,
): WirePart | undefined {
  if (payload !== undefined) return replayedPart(block, payload, ids, report)
  switch (block.kind) {
    case 'assistant':
      return textPart(block, report)
    case 'tool-call':
      return callPart(block, ids, report)
    case 'reasoning':
      report('reasoning-dropped', 'reasoning of another provider or model, or not whole', block)
      return undefined
    case 'provider':
      report('provider-block-dropped', `${block.type} belongs to the provider that made it`, block)
      return undefined
  }
}

function replayedPart(block: Block, payload: NativePayload, ids: CallIds, report: Report): WirePart | undefined {
  // The model says such texts, and the API then refuses them.
  if (block.kind === 'assistant' && isBlank(block, report)) return undefined
  if (block.kind === 'tool-call') {
    const own = textIn(payload.block, 'id') ?? ''
    const id = ids(block.callId, own)
    if (id !== own)
      report('call-id-changed', `call ${block.callId} is sent as ${id}: its own id is no id of its own`, block)
    if (!hasObject(block)) return callPart(block, ids, report)
    if (id !== own) return { json: renderAs(id, block, payload), type: 'tool_use', block }
  }
  return { json: renderNative(block, payload), type: textIn(payload.block, 'type') ?? '', block }
}

function textPart(block: AssistantBlock, report: Report): WirePart | undefined {
  return isBlank(block, report) ? undefined : part(block, { type: 'text', text: block.text })
}

function isBlank(block: AssistantBlock, report: Report): boolean {
  if (block.text.trim() !== '') return false
  if (block.text !== '') report('empty-text-dropped', 'a text of white space alone', block)
  return true
}

function callPart(block: ToolCallBlock, ids: CallIds, report: Report): WirePart {
  const id = ids(block.callId)
  if (id !== block.callId && block.native === undefined)
    report('call-id-changed', `call ${block.callId} is sent as ${id}`, block)
  return part(block, { type: 'tool_use', id, name: toolName(block, report), input: toInput(block, report) })
}

function toolName(block: ToolCallBlock, report: Report): string {
  const { name } = block
  const fitting = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
  if (fitting !== name) report('tool-name-changed', `tool ${name} is called ${fitting}`, block)
  return fitting
}

function hasObject({ input }: ToolCallBlock): boolean {
  return input.state === 'parsed' && isJsonObject(input.value)
}

/** The API takes objects alone: arguments that did not become one are shown to the model as they came. */
function toInput(block: ToolCallBlock, report: Report): JsonObject {
  const { input } = block
  if (input.state === 'parsed' && isJsonObject(input.value)) return input.value
  report('arguments-wrapped', 'arguments that are no JSON object are sent as { input }', block)
  return { input: input.state === 'parsed' ? input.value : input.raw }
}

const plain = new WeakMap<Block, { readonly key: string; readonly part: WirePart }>()

/** Old blocks are asked for again with each request: their JSON is made once. */
function part(block: Block, content: JsonObject): WirePart {
  const key = textIn(content, 'id') ?? ''
  const known = plain.get(block)
  if (known?.key === key) return known.part
  const made = { json: wireJson(content), type: textIn(content, 'type') ?? '', block }
  plain.set(block, { key, part: made })
  return made
}

/** The block is remembered with those around it. */
export function forgetAssistantPart(block: Block): void {
  plain.delete(block)
  forgetNative(block)
}
