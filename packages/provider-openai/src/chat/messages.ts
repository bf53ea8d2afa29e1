import {
  addItems,
  createIdFitter,
  type Degradation,
  type NamesSoFar,
  type Report,
  replayGroups,
  reportTo,
  type Sayer,
} from '@geppetto/engine'
import type { Block, JsonObject, ToolResultBlock, Turn, UserBlock } from '@geppetto/turns'
import { resultText } from '../result-text.ts'
import { assistantMessage, type MessageRules, ownCallId } from './assistant-message.ts'
import type { HostQuirks } from './hosts.ts'
import { mediaPart } from './media.ts'
import { type MessageMemory, nothingSaid, type SaidMessages, type StepMemory } from './message-memory.ts'
import { arrangeMessages, isAsItStands } from './message-order.ts'
import { type AnswerStep, type Step, splitSteps } from './steps.ts'
import { systemMessage, toolMessage, userMessage, type WireMessage, type WireStep } from './wire-message.ts'

/** Where the messages go. */
export interface MessageTarget {
  readonly api: string
  readonly host: string
  readonly model: string
  readonly quirks: HostQuirks
}

/** The conversation as JSON texts, in order, each of one message or of several that are separated by commas. @throws EngineError `unsupported` naming the block. */
export function buildMessages(
  { blocks }: Turn,
  target: MessageTarget,
  { beginnings, steps }: MessageMemory,
  degradations: Degradation[],
): readonly string[] {
  const { quirks, host, model } = target
  const sayer = createSayer(target, steps)
  // Where messages are not sent as they stand, each is looked at beside those around it.
  const said = isAsItStands(quirks)
    ? beginnings.say(blocks, `${host}\n${model}`, sayer)
    : sayer.say(sayer.nothing, blocks, true)
  for (const one of said.degradations) degradations.push(one)
  return [...said.texts, ...textsOf(arrangeMessages(said.messages, quirks, reportTo(degradations)))]
}

/** Says blocks step by step. */
export function createSayer(target: MessageTarget, memory: StepMemory): Sayer<SaidMessages> {
  return {
    nothing: nothingSaid,
    say(before, blocks, isLast) {
      const names = nameCalls(blocks, target, before.ids)
      const { messages, degradations } = saySteps(blocks, names, target, memory, isLast)
      return {
        texts: addItems(before.texts, textsOf(before.messages).join(',')),
        messages,
        degradations: degradations.length === 0 ? before.degradations : [...before.degradations, ...degradations],
        ids: before.ids.with(new Set(names.ids.values())),
      }
    },
  }
}

function textsOf(messages: readonly WireMessage[]): readonly string[] {
  return messages.map(({ json }) => json)
}

function saySteps(
  blocks: readonly Block[],
  names: CallNames,
  { host, model, quirks }: MessageTarget,
  memory: StepMemory,
  isLast: boolean,
): WireStep {
  const rules: MessageRules = {
    quirks,
    isAtHome: (block) => names.homeBlocks.has(block),
    wireId: (callId) => names.ids.get(callId) ?? callId,
  }
  const degradations: Degradation[] = []
  const messages: WireMessage[] = []
  for (const step of splitSteps(blocks, reportTo(degradations))) {
    const own = step.kind === 'answer' ? [...step.blocks, ...step.results] : [step.block]
    const facts = (): string => factsOf(own, rules, `${host}\n${model}`)
    const said = memory.recall(own, facts) ?? sayStep(step, rules)
    if (isLast) memory.remember(own, facts(), said)
    for (const message of said.messages) messages.push(message)
    for (const degradation of said.degradations) degradations.push(degradation)
  }
  // The stretch is remembered as a whole.
  if (!isLast) for (const block of blocks) memory.forget(block)
  return { messages, degradations }
}

/** Which blocks go back to where they came from, and what calls are called on the wire. */
interface CallNames {
  readonly homeBlocks: ReadonlySet<Block>
  readonly ids: ReadonlyMap<string, string>
}

function nameCalls(blocks: readonly Block[], target: MessageTarget, before: NamesSoFar): CallNames {
  const homeBlocks = new Set<Block>()
  for (const group of replayGroups(blocks, target).values()) for (const block of group) homeBlocks.add(block)
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  const isTaken = (id: string): boolean => taken.has(id) || before.has(id)
  const fit = createIdFitter(target.quirks.toolCallId, [], isTaken)
  for (const block of blocks) {
    if (block.kind !== 'tool-call') continue
    // Some hosts count their calls anew in each answer: in a conversation, an id must name one call.
    const own = homeBlocks.has(block) ? ownCallId(block) : undefined
    const id = own === undefined || isTaken(own) ? fit(block.callId) : own
    taken.add(id)
    ids.set(block.callId, id)
  }
  return { homeBlocks, ids }
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
