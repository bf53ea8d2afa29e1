import { type Degradation, type ReplayTarget, type Report, reportTo, type Sayer } from '@geppetto/engine'
import type { Block, SystemBlock, ToolCallBlock, ToolResultBlock } from '@geppetto/turns'
import { assistantPart, forgetAssistantPart, type WirePart } from './assistant-part.ts'
import { type CallIds, createCallIds } from './call-ids.ts'
import { findReplay, hasOpenCall, hasOpenServerCall, lastContainer, type Replay } from './replay-groups.ts'
import { addedText, nothingSaid, type SaidConversation, settle, type WireMessage } from './said-conversation.ts'
import { forgetUserPart, partOfSystem, partsOfResult, partsOfUser, systemAsUser } from './user-part.ts'

/** How conversations are said. */
export interface ConversationRules {
  readonly target: ReplayTarget
  /** Whether the model takes system text in the middle. */
  readonly systemMessages: boolean
}

/**
 * Says blocks as messages of alternating roles, in which the results of a step stand together, directly behind its calls.
 * @throws EngineError `unsupported` naming the block.
 */
export function createSayer(rules: ConversationRules): Sayer<SaidConversation> {
  return {
    nothing: nothingSaid,
    say(before, blocks, isLast) {
      const replay = findReplay(blocks, rules.target, isLast)
      const said = new ConversationBuilder(before, blocks, replay, rules).say(blocks)
      if (isLast) return said
      for (const block of blocks) {
        forgetUserPart(block)
        forgetAssistantPart(block)
      }
      return settle(said)
    },
    isWhole: (blocks) => !(rules.systemMessages && hasWaitingSystem(blocks)) && !hasOpenServerCall(blocks),
  }
}

/** Whether system text waits for the end of what the user says. */
function hasWaitingSystem(blocks: readonly Block[]): boolean {
  const last = blocks.findLast(({ kind }) => kind !== 'user' && kind !== 'tool-result' && kind !== 'unknown')
  return last?.kind === 'system'
}

/** What the model said and called in one go. */
interface Step {
  readonly parts: WirePart[]
  readonly calls: ToolCallBlock[]
  group: string | undefined
  hasResults: boolean
}

class ConversationBuilder {
  readonly #before: SaidConversation
  readonly #system: string[]
  readonly #messages: WireMessage[]
  readonly #degradations: Degradation[]
  readonly #results = new Map<string, ToolResultBlock>()
  readonly #answered = new Set<string>()
  readonly #ids: CallIds
  readonly #replay: Replay
  readonly #report: Report
  readonly #systemMessages: boolean
  /** System text that waits for the end of what the user says: the API has it there alone. */
  #waiting: SystemBlock[] = []
  readonly #moved = new Set<SystemBlock>()
  #step: Step | undefined

  constructor(
    before: SaidConversation,
    blocks: readonly Block[],
    replay: Replay,
    { systemMessages }: ConversationRules,
  ) {
    this.#before = before
    this.#system = [...before.system]
    this.#messages = before.messages.map(({ role, parts }) => ({ role, parts: [...parts] }))
    this.#degradations = [...before.degradations]
    this.#report = reportTo(this.#degradations)
    this.#replay = replay
    this.#systemMessages = systemMessages
    this.#ids = createCallIds(blocks, replay, before.ids)
    for (const block of blocks) if (block.kind === 'tool-result') this.#results.set(block.callId, block)
  }

  say(blocks: readonly Block[]): SaidConversation {
    for (const block of blocks) this.#add(block)
    this.#closeStep()
    this.#saySystem()
    const { texts, messages, ids, container } = this.#before
    if (messages.length === 0) this.#letUserBegin()
    const calls = blocks.filter((block) => block.kind === 'tool-call')
    return {
      system: this.#system,
      texts,
      messages: this.#messages,
      degradations: this.#degradations,
      ids: ids.with(new Set(calls.map(({ callId }) => this.#ids(callId)))),
      container: lastContainer(this.#replay) ?? container,
      isContainerOpen: hasOpenCall(this.#replay),
    }
  }

  #add(block: Block): void {
    switch (block.kind) {
      case 'system':
        return this.#addSystem(block)
      case 'user':
        this.#closeStep()
        for (const waiting of this.#waiting) this.#moved.add(waiting)
        return this.#say('user', partsOfUser(block))
      case 'tool-result':
        return this.#passResult(block)
      case 'unknown':
        return this.#report('block-dropped', 'a block that a newer version made', block)
      default:
        return this.#addOutput(block)
    }
  }

  /** The API has the user speak first. */
  #letUserBegin(): void {
    const [first] = this.#messages
    const block = first?.parts[0]?.block
    if (first?.role !== 'assistant' || block === undefined) return
    this.#report('text-added', 'the conversation began with the assistant', block)
    this.#messages.unshift({ role: 'user', parts: [addedText('(The conversation begins.)', block)] })
  }

  #addSystem(block: SystemBlock): void {
    if (this.#messages.length === 0 && this.#step === undefined) return void this.#system.push(block.text)
    this.#closeStep()
    if (this.#systemMessages) this.#waiting.push(block)
    else this.#say('user', [systemAsUser(block, this.#report)])
  }

  /** As a message of its own, which has to stand between the user and the model. */
  #saySystem(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    if (this.#messages.at(-1)?.role === 'user') {
      this.#messages.push({ role: 'system', parts: waiting.map(partOfSystem) })
      for (const block of waiting)
        if (this.#moved.has(block))
          this.#report('system-moved', 'system text is sent behind what the user says next', block)
    } else
      this.#say(
        'user',
        waiting.map((block) => systemAsUser(block, this.#report)),
      )
  }

  #addOutput(block: Extract<Block, { kind: 'assistant' | 'reasoning' | 'tool-call' | 'provider' }>): void {
    const group = block.native?.group
    const isSameMessage = group !== undefined && group === this.#step?.group
    if (this.#step?.hasResults && !isSameMessage) this.#closeStep()
    this.#step ??= { parts: [], calls: [], group: undefined, hasResults: false }
    this.#step.group = group ?? this.#step.group
    const part = assistantPart(block, this.#replay.get(block.id), this.#ids, this.#report)
    if (part !== undefined) this.#step.parts.push(part)
    if (block.kind === 'tool-call') this.#step.calls.push(block)
  }

  /** Results are said when their step ends; here it only shows whether they stand where they should. */
  #passResult(block: ToolResultBlock): void {
    if (this.#step?.calls.some((call) => call.callId === block.callId)) this.#step.hasResults = true
    else if (this.#answered.has(block.callId))
      this.#report('result-moved', 'a result that did not stand behind its call', block)
  }

  #closeStep(): void {
    const step = this.#step
    this.#step = undefined
    if (step === undefined) return
    this.#say('assistant', step.parts)
    const results = step.calls.flatMap(({ callId }) => {
      this.#answered.add(callId)
      const id = this.#ids(callId)
      const result = this.#results.get(callId)
      return result === undefined ? [] : [partsOfResult(result, id, this.#report)]
    })
    this.#say('user', [...results.map(({ result }) => result), ...results.flatMap(({ media }) => media)])
  }

  #say(role: WireMessage['role'], parts: readonly WirePart[]): void {
    if (parts.length === 0) return
    if (role === 'assistant') this.#saySystem()
    const last = this.#messages.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else this.#messages.push({ role, parts: [...parts] })
  }
}
