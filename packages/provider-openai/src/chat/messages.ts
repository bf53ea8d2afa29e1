import { createIdFitter, type Degradation, type Report, replayGroups, reportTo } from '@geppetto/engine'
import type { Block, JsonObject, ToolResultBlock, Turn, UserBlock } from '@geppetto/turns'
import { resultText } from '../result-text.ts'
import { assistantMessage, type MessageRules, ownCallId } from './assistant-message.ts'
import type { HostQuirks } from './hosts.ts'
import { mediaPart } from './media.ts'
import type { MessageMemory } from './message-memory.ts'
import { arrangeMessages, isAsItStands } from './message-order.ts'
import { type AnswerStep, type Step, splitSteps } from './steps.ts'
import { splitStretches } from './stretches.ts'
import {
  systemMessage,
  toolMessage,
  userMessage,
  type WireMessage,
  type WireStep,
  type WireStretch,
} from './wire-message.ts'

/** Where the messages go. */
export interface MessageTarget {
  readonly api: string
  readonly host: string
  readonly model: string
  readonly quirks: HostQuirks
}

/** The conversation as JSON texts, in order, each of one message or of several that are separated by commas. @throws EngineError `unsupported` naming the block. */
export function buildMessages(
  turn: Turn,
  target: MessageTarget,
  memory: MessageMemory,
  degradations: Degradation[],
): readonly string[] {
  const { blocks } = turn
  const { quirks, host, model } = target
  const rules = createRules(blocks, target)
  const sayer = new Sayer(rules, `${host}\n${model}`, memory)
  // Where messages are not sent as they stand, each is looked at beside those around it.
  const stretches = isAsItStands(quirks) ? splitStretches(blocks) : [blocks]
  const beginning = stretches.slice(0, -1).map((stretch) => sayer.stretch(stretch))
  const end = sayer.steps(stretches.at(-1) ?? [])
  for (const { degradations: found } of [...beginning, end]) for (const one of found) degradations.push(one)
  const messages = arrangeMessages(end.messages, quirks, reportTo(degradations))
  return [...beginning, ...messages].map(({ json }) => json).filter((json) => json !== '')
}

/** Says blocks, or remembers how they were said. */
class Sayer {
  readonly #rules: MessageRules
  /** Where the messages go. */
  readonly #place: string
  readonly #memory: MessageMemory

  constructor(rules: MessageRules, place: string, memory: MessageMemory) {
    this.#rules = rules
    this.#place = place
    this.#memory = memory
  }

  /** Blocks at which nothing changes any more. */
  stretch(blocks: readonly Block[]): WireStretch {
    const { steps, stretches } = this.#memory
    const facts = factsOf(blocks, this.#rules, this.#place)
    const known = stretches.recall(blocks, facts)
    if (known !== undefined) return known
    const { messages, degradations } = this.steps(blocks)
    for (const block of blocks) steps.forget(block)
    return stretches.remember(blocks, facts, { json: messages.map(({ json }) => json).join(','), degradations })
  }

  steps(blocks: readonly Block[]): WireStep {
    const { steps } = this.#memory
    const degradations: Degradation[] = []
    const messages: WireMessage[] = []
    for (const step of splitSteps(blocks, reportTo(degradations))) {
      const own = step.kind === 'answer' ? [...step.blocks, ...step.results] : [step.block]
      const facts = factsOf(own, this.#rules, this.#place)
      const said = steps.recall(own, facts) ?? steps.remember(own, facts, sayStep(step, this.#rules))
      for (const message of said.messages) messages.push(message)
      for (const degradation of said.degradations) degradations.push(degradation)
    }
    return { messages, degradations }
  }
}

function createRules(blocks: readonly Block[], target: MessageTarget): MessageRules {
  const homeBlocks = new Set<Block>()
  for (const group of replayGroups(blocks, target).values()) for (const block of group) homeBlocks.add(block)
  const fit = createIdFitter(target.quirks.toolCallId)
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  for (const block of blocks) {
    if (block.kind !== 'tool-call') continue
    // Some hosts count their calls anew in each answer: in a conversation, an id must name one call.
    const own = homeBlocks.has(block) ? ownCallId(block) : undefined
    const id = own === undefined || taken.has(own) ? fit(block.callId) : own
    taken.add(id)
    ids.set(block.callId, id)
  }
  return {
    quirks: target.quirks,
    isAtHome: (block) => homeBlocks.has(block),
    wireId: (callId) => ids.get(callId) ?? callId,
  }
}

/** What beside the blocks decides how they are said: where they go, which of them are at home there, and what their calls are called. */
function factsOf(blocks: readonly Block[], rules: MessageRules, place: string): string {
  let facts = place
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]
    if (block?.native !== undefined && rules.isAtHome(block)) facts += `\n@${index}`
    if (block?.kind === 'tool-call') facts += `\n=${rules.wireId(block.callId)}`
  }
  return facts
}

function sayStep(step: Step, rules: MessageRules): WireStep {
  const degradations: Degradation[] = []
  const report = reportTo(degradations)
  switch (step.kind) {
    case 'system':
      return { messages: [systemMessage(rules.quirks.systemRole, step.block.text.toWellFormed())], degradations }
    case 'user':
      return { messages: [userMessage(userParts(step.block, rules.quirks, report))], degradations }
    case 'answer':
      return { messages: answerMessages(step, rules, report), degradations }
  }
}

function userParts(block: UserBlock, quirks: HostQuirks, report: Report): readonly JsonObject[] {
  const parts: JsonObject[] = []
  for (const part of block.content) {
    if (part.type !== 'text') parts.push(mediaPart(part, block, quirks))
    else if (part.text.trim() !== '') parts.push({ type: 'text', text: part.text.toWellFormed() })
    else report('empty-text-dropped', 'a text without words is not sent', block)
  }
  return parts
}

function answerMessages(step: AnswerStep, rules: MessageRules, report: Report): readonly WireMessage[] {
  const messages: WireMessage[] = []
  const said = assistantMessage(step.blocks, rules, report)
  if (said !== undefined) messages.push(said)
  const moved: JsonObject[] = []
  for (const result of step.results) {
    messages.push(toolMessage(rules.wireId(result.callId), resultText(result)))
    moved.push(...movedMedia(result, rules, report))
  }
  // Tool messages hold text alone, and must not be parted.
  if (moved.length > 0) messages.push(userMessage(moved))
  return messages
}

function movedMedia(result: ToolResultBlock, { quirks, wireId }: MessageRules, report: Report): readonly JsonObject[] {
  const media = result.content.filter((part) => part.type !== 'text')
  if (media.length === 0) return []
  report('media-moved', 'a tool message holds text alone: what else it holds follows in a user message', result)
  const title = `From the result of ${result.name} (${wireId(result.callId)}):`
  return [{ type: 'text', text: title }, ...media.map((part) => mediaPart(part, result, quirks))]
}
