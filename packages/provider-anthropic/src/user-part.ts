import type { Report } from '@geppetto/engine'
import type { Block, JsonObject, SystemBlock, ToolResultBlock, UserBlock } from '@geppetto/turns'
import type { WirePart } from './assistant-part.ts'
import { toContentBlock } from './content.ts'
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

/** The block is remembered with those around it. */
export function forgetUserPart(block: Block): void {
  if (block.kind === 'user') userParts.delete(block)
  else if (block.kind === 'tool-result') results.delete(block)
}

/** System text in the middle of the conversation. */
export function partOfSystem(block: SystemBlock): WirePart {
  return { json: wireJson({ type: 'text', text: block.text }), type: 'text', block }
}

/** System text in the middle of the conversation, where the model has no place for it, as said by the user. */
export function systemAsUser(block: SystemBlock, report: Report): WirePart {
  report('system-as-user', 'system text in the middle of the conversation, sent as a user text', block)
  return { json: wireJson({ type: 'text', text: `<system>\n${block.text}\n</system>` }), type: 'text', block }
}

/** A result, and what of it has to stand behind all results. */
interface ResultParts {
  readonly result: WirePart
  readonly media: readonly WirePart[]
}

const results = new WeakMap<ToolResultBlock, ResultParts & { readonly id: string }>()

/** The result of a call, behind the call. @throws EngineError `unsupported` naming the block. */
export function partsOfResult(block: ToolResultBlock, id: string, report: Report): ResultParts {
  const known = results.get(block)
  const parts = known?.id === id ? known : toResultParts(block, id)
  results.set(block, { ...parts, id })
  if (parts.media.length > 0) report('media-moved', 'images and files of an error, sent behind the results', block)
  return parts
}

function toResultParts(block: ToolResultBlock, id: string): ResultParts {
  const isError = block.outcome !== 'ok' && block.outcome !== 'pending'
  const all = block.content.map((part) => toContentBlock(part, block)).filter((part) => part !== undefined)
  // The API refuses an error that holds anything else than text, and one that says nothing.
  const content = isError ? all.filter(({ type }) => type === 'text') : all
  const media = all.filter((part) => !content.includes(part))
  if (isError && content.length === 0) content.push({ type: 'text', text: `The outcome is: ${block.outcome}.` })
  const result = {
    type: 'tool_result',
    tool_use_id: id,
    ...(content.length === 0 ? undefined : { content }),
    ...(isError ? { is_error: true } : undefined),
  }
  return { result: toWirePart(result, block), media: media.map((part) => toWirePart(part, block)) }
}

function toWirePart(content: JsonObject, block: ToolResultBlock): WirePart {
  return { json: wireJson(content), type: String(content.type), block }
}
