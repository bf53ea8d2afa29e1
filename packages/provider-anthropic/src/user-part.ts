import {
  type SystemBlock,
  sealedResult,
  type ToolCallBlock,
  type ToolResultBlock,
  type UserBlock,
} from '@geppetto/turns'
import type { WirePart } from './assistant-part.ts'
import { toContentBlock } from './content.ts'
import type { Degradations } from './degradations.ts'
import { wireJson } from './wire.ts'

const userParts = new WeakMap<UserBlock, readonly WirePart[]>()

/** What a user said, as content blocks. @throws EngineError `unsupported` naming the block. */
export function partsOfUser(block: UserBlock): readonly WirePart[] {
  const known = userParts.get(block)
  if (known !== undefined) return known
  const parts = block.content
    .map((content) => toContentBlock(content, block))
    .filter((content) => content !== undefined)
    .map((content) => ({ json: wireJson(content), type: String(content.type), block }))
  userParts.set(block, parts)
  return parts
}

/** System text in the middle of the conversation, where the models have no place for it, as said by the user. */
export function partOfSystem(block: SystemBlock, degradations: Degradations): WirePart {
  degradations.add('system-as-user', 'system text in the middle of the conversation, sent as a user text', block.id)
  return { json: wireJson({ type: 'text', text: `<system>\n${block.text}\n</system>` }), type: 'text', block }
}

const results = new WeakMap<ToolResultBlock, { readonly id: string; readonly part: WirePart }>()

/** The result of a call, behind the call. @throws EngineError `unsupported` naming the block. */
export function partOfResult(result: ToolResultBlock | undefined, call: ToolCallBlock, id: string): WirePart {
  // An open turn: what a seal would say is said.
  const block = result ?? sealedResult(call)
  const known = results.get(block)
  if (known?.id === id) return known.part
  const part = { json: wireJson(toToolResult(block, id)), type: 'tool_result', block }
  results.set(block, { id, part })
  return part
}

function toToolResult(block: ToolResultBlock, id: string) {
  const content = block.content.map((part) => toContentBlock(part, block)).filter((part) => part !== undefined)
  const isError = block.outcome !== 'ok' && block.outcome !== 'pending'
  // The API refuses an error that says nothing.
  if (isError && content.length === 0) content.push({ type: 'text', text: `The outcome is: ${block.outcome}.` })
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(content.length === 0 ? undefined : { content }),
    ...(isError ? { is_error: true } : undefined),
  }
}
