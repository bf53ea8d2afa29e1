import { createIdFitter, type Degradation, type Report, replayGroups, reportTo } from '@geppetto/engine'
import type { Block, JsonObject, ToolResultBlock, Turn, UserBlock } from '@geppetto/turns'
import { resultText } from '../result-text.ts'
import { assistantMessage, type MessageRules, ownCallId } from './assistant-message.ts'
import type { HostQuirks } from './hosts.ts'
import { mediaPart } from './media.ts'
import type { MessageMemory } from './message-memory.ts'
import { arrangeMessages } from './message-order.ts'
import { type AnswerStep, type Step, splitSteps } from './steps.ts'
import { systemMessage, toolMessage, userMessage, type WireMessage, type WireStep } from './wire-message.ts'

/** Where the messages go. */
export interface MessageTarget {
  readonly api: string
  readonly host: string
  readonly model: string
  readonly quirks: HostQuirks
}

/** The conversation as JSON texts of messages, in order. @throws EngineError `unsupported` naming the block. */
export function buildMessages(
  turn: Turn,
  target: MessageTarget,
  memory: MessageMemory,
  degradations: Degradation[],
): readonly string[] {
  const report = reportTo(degradations)
  const rules = createRules(turn.blocks, target)
  const messages: WireMessage[] = []
  const { host, model } = target
  const place = `${host}\n${model}`
  for (const step of splitSteps(turn, report)) {
    const facts = step.kind === 'answer' ? factsOf(step, rules, place) : place
    const made = memory.recall(step, facts) ?? memory.remember(step, facts, makeStep(step, rules))
    for (const message of made.messages) messages.push(message)
    for (const degradation of made.degradations) degradations.push(degradation)
  }
  return arrangeMessages(messages, target.quirks, report).map((message) => message.json)
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

/** What beside its blocks decides how an answer is said: where it goes, which of its blocks are at home there, and what its calls are called. */
function factsOf({ blocks }: AnswerStep, rules: MessageRules, place: string): string {
  let facts = place
  for (const [index, block] of blocks.entries()) {
    if (rules.isAtHome(block)) facts += `\n@${index}`
    if (block.kind === 'tool-call') facts += `\n=${rules.wireId(block.callId)}`
  }
  return facts
}

function makeStep(step: Step, rules: MessageRules): WireStep {
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
