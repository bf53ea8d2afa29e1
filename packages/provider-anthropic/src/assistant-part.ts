import type { AssistantBlock, Block, ToolCallBlock } from '@geppetto/turns'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { CallIds } from './call-ids.ts'
import type { Degradations } from './degradations.ts'
import { type NativePayload, renderNative } from './native.ts'
import { textIn, wireJson } from './wire.ts'

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
  degradations: Degradations,
): WirePart | undefined {
  if (payload !== undefined) return replayedPart(block, payload, ids, degradations)
  switch (block.kind) {
    case 'assistant':
      return textPart(block, degradations)
    case 'tool-call':
      return callPart(block, ids, degradations)
    case 'reasoning':
      degradations.add('reasoning-dropped', 'reasoning of another provider or model, or not whole', block.id)
      return undefined
    case 'provider':
      degradations.add('provider-block-dropped', `${block.type} belongs to the provider that made it`, block.id)
      return undefined
  }
}

function replayedPart(
  block: Block,
  payload: NativePayload,
  ids: CallIds,
  degradations: Degradations,
): WirePart | undefined {
  // The model says such texts, and the API then refuses them.
  if (block.kind === 'assistant' && isBlank(block, degradations)) return undefined
  if (block.kind === 'tool-call') {
    ids.assign(block.callId, textIn(payload.block, 'id'))
    if (!hasObject(block)) return callPart(block, ids, degradations)
  }
  return { json: renderNative(block, payload), type: textIn(payload.block, 'type') ?? '', block }
}

function textPart(block: AssistantBlock, degradations: Degradations): WirePart | undefined {
  return isBlank(block, degradations) ? undefined : part(block, { type: 'text', text: block.text })
}

function isBlank(block: AssistantBlock, degradations: Degradations): boolean {
  if (block.text.trim() !== '') return false
  if (block.text !== '') degradations.add('empty-text-dropped', 'a text of white space alone', block.id)
  return true
}

function callPart(block: ToolCallBlock, ids: CallIds, degradations: Degradations): WirePart {
  const id = ids.assign(block.callId)
  if (id !== block.callId && block.native === undefined)
    degradations.add('call-id-changed', `call ${block.callId} is sent as ${id}`, block.id)
  return part(block, { type: 'tool_use', id, name: toolName(block, degradations), input: toInput(block, degradations) })
}

function toolName({ id, name }: ToolCallBlock, degradations: Degradations): string {
  const fitting = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
  if (fitting !== name) degradations.add('tool-name-changed', `tool ${name} is called ${fitting}`, id)
  return fitting
}

function hasObject({ input }: ToolCallBlock): boolean {
  return input.state === 'parsed' && isJsonObject(input.value)
}

/** The API takes objects alone: arguments that did not become one are shown to the model as they came. */
function toInput({ id, input }: ToolCallBlock, degradations: Degradations): JsonObject {
  if (input.state === 'parsed' && isJsonObject(input.value)) return input.value
  degradations.add('arguments-wrapped', 'arguments that are no whole object', id)
  return input.state === 'parsed' ? { value: input.value } : { unparsed: input.raw }
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
