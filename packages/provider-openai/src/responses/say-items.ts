import { addItems, type Degradation, type ReplayTarget, reportTo } from '@geppetto/engine'
import type { Block, ToolResultBlock } from '@geppetto/turns'
import { InputBuilder } from './input-builder.ts'
import type { SaidItems } from './said-items.ts'
import { findWholeMessages, type WholeMessage } from './whole-messages.ts'
import type { WireCache } from './wire-cache.ts'

/** How blocks are said as items. */
export interface ItemRules {
  readonly target: ReplayTarget
  /** Whether the provider keeps what it says. */
  readonly isStored: boolean
  /** Whether to go on from what it keeps. */
  readonly continues: boolean
  /** What is sent elsewhere in the request. */
  readonly instructions: Block | undefined
  readonly cache: WireCache
}

/** Says blocks behind what was said before. @param isLast whether they are said again when the conversation has gone on. @throws EngineError `unsupported` naming the block that the API has no word for. */
export function sayItems(before: SaidItems, blocks: readonly Block[], isLast: boolean, rules: ItemRules): SaidItems {
  const { target, isStored, continues, instructions, cache } = rules
  const degradations: Degradation[] = []
  const report = reportTo(degradations)
  const results = new Map<string, ToolResultBlock>()
  for (const block of blocks) if (block.kind === 'tool-result') results.set(block.callId, block)
  const { messages, ids, programs } = findWholeMessages(blocks, target, { isStored, results }, before)
  const kept = continues ? findKept(messages) : undefined
  if (continues && kept === undefined && messages.size > 0)
    report('option-dropped', 'previousResponse: no answer of the model says that it is stored, so all is sent')
  const keptUntil = kept === undefined ? -1 : blocks.findLastIndex((block) => kept.blocks.includes(block))
  const builder = new InputBuilder({ messages, results, cache, report, callIds: before.callIds })
  for (const [index, block] of blocks.entries()) {
    if (index <= keptUntil) builder.skip(block)
    else if (block !== instructions) builder.add(block)
  }
  builder.end()
  if (!isLast) for (const block of blocks) cache.forget(block)
  const { items, callIds } = builder
  return {
    texts: addItems(before.texts, items.join(',')),
    degradations: degradations.length === 0 ? before.degradations : [...before.degradations, ...degradations],
    callIds: before.callIds.with(callIds),
    wholeIds: before.wholeIds.with(ids),
    programs: before.programs.with(programs),
    previousResponseId: kept?.responseId,
  }
}

/** The last message that the provider keeps. */
function findKept(messages: ReadonlyMap<string, WholeMessage>): WholeMessage | undefined {
  return [...messages.values()].findLast(({ responseId }) => responseId !== undefined)
}
