import type { Block } from './block.ts'
import type { ContentPart } from './content.ts'
import type { JsonObject } from './json.ts'
import { providerCalls } from './provider-call.ts'
import type { Turn } from './turn.ts'
import { sumUsage, usageTotals } from './usage.ts'
import { visibleText } from './visible-text.ts'

/** What {@link printTurn} shows. */
export interface PrintTurnOptions {
  /** Show ids and metadata of the turn and its blocks. Default false. */
  readonly withMetadata?: boolean
  /** Longest text of a tool call or result, in characters; longer ones are cut. Default 500; `Infinity` for all. */
  readonly maxToolText?: number
}

/**
 * The turn as text for people: who said what, in order, and what it used. Every line ends with a line break. Control characters are shown as
 * codes, so that nothing a tool or a model said can steer a terminal.
 */
export function printTurn(turn: Turn, options: PrintTurnOptions = {}): string {
  const limit = options.maxToolText ?? 500
  const lines: string[] = []
  if (options.withMetadata) lines.push(`turn ${turn.id}${turn.parentId === undefined ? '' : ` after ${turn.parentId}`}`)
  for (const block of turn.blocks) {
    const mark = block.complete === false ? ' [cut off]' : ''
    lines.push(`${label(block)} ${indent(clip(blockText(block), block, limit))}`.trimEnd() + mark)
    if (options.withMetadata) lines.push(`    ${block.id}${describeMap(block.metadata)}`)
  }
  const usage = sumUsage(providerCalls(turn).map((call) => call.usage))
  if (usage !== undefined) {
    const totals = usageTotals(usage)
    const source = usage.source === 'reported' ? '' : ` (${usage.source})`
    lines.push(`[usage] ${totals.input} tokens in, ${totals.output} out${source}`)
  }
  if (options.withMetadata) {
    lines.push(`[metadata]${describeMap(turn.metadata)}`)
    lines.push(`[data]${describeMap(turn.data)}`)
  }
  return lines.map((line) => `${visibleText(line)}\n`).join('')
}

function label(block: Block): string {
  switch (block.kind) {
    case 'tool-call':
      return `[call ${block.name}]`
    case 'tool-result':
      return `[result ${block.name}${block.outcome === 'ok' ? '' : `: ${block.outcome}`}]`
    case 'provider':
      return `[${block.type}${block.name === undefined || block.name === block.type ? '' : ` ${block.name}`}]`
    case 'unknown':
      return `[unknown block ${String(block.stored.kind)}]`
    case 'assistant':
      return block.refusal === true ? '[assistant refuses]' : '[assistant]'
    case 'system':
    case 'user':
    case 'reasoning':
      return `[${block.kind}]`
  }
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'system':
    case 'assistant':
      return block.text
    case 'reasoning':
      return block.text === '' ? '(not shown by the provider)' : block.text
    case 'user':
    case 'tool-result':
      return block.content.map(partText).join('\n')
    case 'tool-call':
      return block.input.state === 'parsed'
        ? JSON.stringify(block.input.value)
        : `${block.input.raw} (${block.input.state})`
    case 'provider':
      return [block.input, block.output]
        .filter((part) => part !== undefined)
        .map((part) => JSON.stringify(part))
        .join(' → ')
    case 'unknown':
      return JSON.stringify(block.stored)
  }
}

function partText(part: ContentPart): string {
  if (part.type === 'text') return part.text
  const { source } = part
  const size =
    source.type === 'base64'
      ? `${source.data.length} characters of base64`
      : source.type === 'url'
        ? source.url
        : source.fileId
  return `(${part.type}${part.mediaType === undefined ? '' : ` ${part.mediaType}`}: ${size})`
}

function clip(text: string, block: Block, limit: number): string {
  if (block.kind === 'system' || block.kind === 'user' || block.kind === 'assistant' || block.kind === 'reasoning')
    return text
  if (text.length <= limit) return text
  // Not through the middle of a character that takes two units.
  const start = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')
  return `${start}… (${text.length} characters)`
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n    ')
}

function describeMap(map: JsonObject): string {
  return Object.entries(map)
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('')
}
