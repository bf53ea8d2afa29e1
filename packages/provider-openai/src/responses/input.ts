import { type Degradation, EngineError, type ReplayTarget, type Sayer } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'
import { toSystemItem } from './input-builder.ts'
import { nothingSaid, type SaidItems } from './said-items.ts'
import { sayItems } from './say-items.ts'
import type { WireCache } from './wire-cache.ts'

/** What the conversation becomes. */
export interface Input {
  /** The system text that it begins with, where there is one. */
  readonly instructions?: string
  /** The items, as JSON texts, each of one or of several that are separated by commas. */
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
  /** Gets what had to be rewritten. */
  readonly degradations: Degradation[]
}

/** The blocks as input items. @throws EngineError `unsupported` naming the block that the API has no word for. */
export function buildInput(blocks: readonly Block[], target: ReplayTarget, rules: InputRules): Input {
  const { cache, isStored, continues, degradations } = rules
  const [first] = blocks
  const system = first?.kind === 'system' ? first : undefined
  const sayer: Sayer<SaidItems> = {
    nothing: nothingSaid,
    say: (before, more, isLast) =>
      sayItems(before, more, isLast, { target, isStored, continues, instructions: system, cache }),
  }
  // Little is said of what the provider keeps, and what that is depends on the end.
  const said = continues
    ? sayer.say(nothingSaid, blocks, true)
    : cache.beginnings.say(blocks, `${target.host}\n${target.model}\n${isStored}`, sayer)
  for (const degradation of said.degradations) degradations.push(degradation)
  const { texts: items, previousResponseId } = said
  const instructions = system?.text.toWellFormed()
  if (previousResponseId !== undefined) return { items, previousResponseId, ...(instructions && { instructions }) }
  if (items.length > 0) return { items, ...(instructions && { instructions }) }
  if (instructions === undefined)
    throw new EngineError('invalid_request', 'the turn has nothing to send: append a user block')
  // Instructions alone are refused.
  return { items: [JSON.stringify(toSystemItem(instructions))] }
}
