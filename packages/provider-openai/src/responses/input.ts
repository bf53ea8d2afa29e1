import { EngineError, type ReplayTarget, type Report } from '@geppetto/engine'
import type { Block, ToolResultBlock } from '@geppetto/turns'
import { InputBuilder, toSystemItem } from './input-builder.ts'
import { findWholeMessages } from './whole-messages.ts'
import type { WireCache } from './wire-cache.ts'

/** What the conversation becomes. */
export interface Input {
  /** The system text that it begins with, where there is one. */
  readonly instructions?: string
  /** The items, as JSON texts. */
  readonly items: readonly string[]
  /** What the provider keeps, and the items go on from. */
  readonly previousResponseId?: string
}

/** How the conversation is to be said. */
export interface InputRules {
  /** Whether the provider keeps what it says. */
  readonly isStored: boolean
  /** Whether to go on from what it keeps. */
  readonly continues: boolean
  readonly cache: WireCache
  readonly report: Report
}

/** The blocks as input items. @throws EngineError `unsupported` naming the block that the API has no word for. */
export function buildInput(blocks: readonly Block[], target: ReplayTarget, rules: InputRules): Input {
  const results = new Map<string, ToolResultBlock>()
  for (const block of blocks) if (block.kind === 'tool-result') results.set(block.callId, block)
  const messages = findWholeMessages(blocks, target, { isStored: rules.isStored, results })
  const kept = rules.continues
    ? [...messages.values()].findLast(({ responseId }) => responseId !== undefined)
    : undefined
  if (rules.continues && kept === undefined && messages.size > 0)
    rules.report('option-dropped', 'previousResponse: no answer of the model says that it is stored, so all is sent')
  const keptUntil = kept === undefined ? -1 : blocks.findLastIndex((block) => kept.blocks.includes(block))
  const builder = new InputBuilder({ messages, results, cache: rules.cache, report: rules.report })
  const [first] = blocks
  for (const [index, block] of blocks.entries()) {
    if (index <= keptUntil) builder.skip(block)
    else if (block !== first || block.kind !== 'system') builder.add(block)
  }
  builder.end()
  const { items } = builder
  const instructions = first?.kind === 'system' ? first.text.toWellFormed() : undefined
  if (kept?.responseId !== undefined)
    return { items, previousResponseId: kept.responseId, ...(instructions && { instructions }) }
  if (items.length > 0) return { items, ...(instructions && { instructions }) }
  if (instructions === undefined)
    throw new EngineError('invalid_request', 'the turn has nothing to send: append a user block')
  // Instructions alone are refused.
  return { items: [JSON.stringify(toSystemItem(instructions))] }
}
