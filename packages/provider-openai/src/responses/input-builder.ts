import { createIdFitter, type NamesSoFar, parseJsonObject, type Report, textIn } from '@geppetto/engine'
import {
  type AssistantBlock,
  type Block,
  isJsonObject,
  type JsonObject,
  type ToolCallBlock,
  type ToolResultBlock,
} from '@geppetto/turns'
import { fitToolName } from '../tool-name.ts'
import { callInWords, isBuiltInCall, resultInWords } from './call-in-words.ts'
import { answerIdOf, toCallOutput } from './call-output.ts'
import { toInputParts } from './content.ts'
import { readPayload } from './payload.ts'
import { writeArguments } from './whole-item.ts'
import type { WholeMessage } from './whole-messages.ts'
import type { WireCache } from './wire-cache.ts'

/** What a call's id must match, as the source of a regular expression. */
export const callIdPattern = '^[a-zA-Z0-9_-]{1,64}$'

/** What is known of the conversation as a whole. */
export interface Conversation {
  /** The messages that go back as they came, by group. */
  readonly messages: ReadonlyMap<string, WholeMessage>
  /** The results, by call id. */
  readonly results: ReadonlyMap<string, ToolResultBlock>
  readonly cache: WireCache
  readonly report: Report
  /** The ids of calls that were given before. */
  readonly callIds: NamesSoFar
}

/** A call that has no answer yet. */
interface OpenCall {
  readonly block: ToolCallBlock
  /** Its item, where that goes back as it came. */
  readonly item: JsonObject | undefined
  readonly callId: string
  /** Whether it is told as a text. */
  readonly isInWords: boolean
}

/** Makes input items of blocks, one after the other. */
export class InputBuilder {
  /** As JSON texts. */
  readonly items: string[] = []
  readonly #conversation: Conversation
  readonly #fitId: (callId: string) => string
  readonly #callIds = new Set<string>()
  readonly #open = new Map<string, OpenCall>()

  constructor(conversation: Conversation) {
    this.#conversation = conversation
    this.#fitId = createIdFitter(callIdPattern, [], (id) => conversation.callIds.has(id))
  }

  /** The ids of calls that were given. */
  get callIds(): ReadonlySet<string> {
    return this.#callIds
  }

  /** The provider keeps the block: only what is still open in it matters. */
  skip(block: Block): void {
    if (block.kind === 'tool-call') this.#await(block, this.#itemOf(block))
    else if (block.kind === 'tool-result') this.#open.delete(block.callId)
  }

  /** @throws EngineError `unsupported` naming the block. */
  add(block: Block): void {
    if (this.#isWhole(block)) {
      const item = this.#itemOf(block)
      for (const one of this.#orderAt(block)) this.#pushWhole(one)
      if (block.kind === 'tool-call') {
        // As it came, unless it had to be mended.
        if (item?.type === 'function_call' && !isSaidWhole(block)) this.#reportWrapped(block)
        this.#await(block, item)
      }
    } else this.#addOwn(block)
  }

  /** No more blocks come. */
  end(): void {
    for (const call of this.#open.values()) this.#answerLate(call)
  }

  #addOwn(block: Block): void {
    switch (block.kind) {
      case 'system':
        this.end()
        this.#push(block, 'own', () => toSystemItem(block.text))
        break
      case 'user':
        this.end()
        this.#push(block, 'own', () => ({ role: 'user', content: toInputParts(block) }))
        break
      case 'assistant':
        this.#addAnswer(block)
        break
      case 'tool-call':
        if (isBuiltInCall(block)) this.#addCallInWords(block)
        else this.#addCall(block)
        break
      case 'tool-result':
        this.#addResult(block)
        break
      case 'reasoning':
        this.#conversation.report(
          'reasoning-dropped',
          'reasoning goes back only to its maker, with the whole message it is of',
          block,
        )
        break
      case 'provider':
        this.#conversation.report(
          'provider-block-dropped',
          `${block.type} goes back only to its maker, with its whole message`,
          block,
        )
        break
      case 'unknown':
        this.#conversation.report(
          'block-dropped',
          'a block of a kind that this version does not know is not sent',
          block,
        )
        break
    }
  }

  #addAnswer(block: AssistantBlock): void {
    if (block.text.trim() === '') {
      this.#conversation.report('empty-text-dropped', 'an answer without a text is not sent', block)
      return
    }
    this.#push(block, 'own', () => {
      const text = block.text.toWellFormed()
      const part = block.refusal ? { type: 'refusal', refusal: text } : { type: 'output_text', text }
      return { role: 'assistant', content: [part] }
    })
  }

  #addCall(block: ToolCallBlock): void {
    const { name } = block
    this.#reportWrapped(block)
    const wireName = fitToolName(name)
    if (wireName !== name) this.#conversation.report('tool-name-changed', `tool ${name} is sent as ${wireName}`, block)
    const callId = this.#giveId(block)
    if (callId !== block.callId)
      this.#conversation.report('call-id-changed', `the call's id does not fit: ${callId} is sent`, block)
    this.#push(block, callId, () => ({
      type: 'function_call',
      call_id: callId,
      name: wireName,
      arguments: writeArguments(block),
    }))
    this.#await(block, undefined)
  }

  #addCallInWords(block: ToolCallBlock): void {
    this.#conversation.report('call-in-words', `${block.name} and its result are told as texts`, block)
    this.#push(block, 'in words', () => callInWords(block))
    this.#open.set(block.callId, { block, item: undefined, callId: block.callId, isInWords: true })
  }

  #reportWrapped(block: ToolCallBlock): void {
    if (block.input.state !== 'parsed' || !isJsonObject(block.input.value))
      this.#conversation.report('arguments-wrapped', 'arguments that are no JSON object are sent as { input }', block)
  }

  #addResult(block: ToolResultBlock): void {
    const call = this.#open.get(block.callId)
    if (call !== undefined) this.#answer(call, block)
  }

  #await(block: ToolCallBlock, item: JsonObject | undefined): void {
    const callId = (item && answerIdOf(item)) ?? this.#giveId(block)
    this.#open.set(block.callId, { block, item, callId, isInWords: false })
  }

  #giveId({ callId }: ToolCallBlock): string {
    const id = this.#fitId(callId)
    this.#callIds.add(id)
    return id
  }

  /** The API wants the answer before anybody else speaks. */
  #answerLate(call: OpenCall): void {
    const result = this.#conversation.results.get(call.block.callId)
    if (result === undefined) return
    this.#conversation.report('result-moved', 'the result is sent directly after its call', result)
    this.#answer(call, result)
  }

  #answer({ block, item, callId, isInWords }: OpenCall, result: ToolResultBlock): void {
    this.#open.delete(block.callId)
    if (isInWords) {
      this.#push(result, 'in words', () => resultInWords(block, result))
      return
    }
    const key = `${item?.type ?? 'function_call'} ${callId}`
    // That it fits was seen before the item was chosen; a call without its item takes any result.
    this.#push(result, key, () => toCallOutput(item, callId, result) ?? toCallOutput(undefined, callId, result) ?? {})
  }

  #isWhole({ native }: Block): boolean {
    return native !== undefined && this.#conversation.messages.has(native.group)
  }

  #itemOf(block: Block): JsonObject | undefined {
    return block.native && this.#conversation.messages.get(block.native.group)?.items.get(block)
  }

  /** The blocks whose items stand where this one does. */
  #orderAt(block: Block): readonly Block[] {
    return (block.native && this.#conversation.messages.get(block.native.group)?.order.get(block)) ?? [block]
  }

  #pushWhole(block: Block): void {
    const item = this.#itemOf(block)
    // Undefined for a further block of an item: the first has said it all.
    if (item !== undefined) this.#push(block, 'as it came', () => item)
  }

  #push(block: Block, key: string, make: () => JsonObject): void {
    this.items.push(this.#conversation.cache.textOf(block, key, make))
  }
}

/** Whether the provider itself said arguments that it takes back. */
function isSaidWhole(block: ToolCallBlock): boolean {
  return parseJsonObject(textIn(readPayload(block)?.item, 'arguments') ?? '') !== undefined
}

/** System text as an item: also in the middle. */
export function toSystemItem(text: string): JsonObject {
  return { role: 'system', content: [{ type: 'input_text', text: text.toWellFormed() }] }
}
