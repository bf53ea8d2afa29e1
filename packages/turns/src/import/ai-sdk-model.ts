import { assistantBlock, type BlockFields, providerBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import { contentText } from '../content.ts'
import { defined } from '../errors.ts'
import { ownJson } from '../own-json.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { loseMetadata, metadataOf } from './ai-sdk-metadata.ts'
import { denied, readOutput, type SDKOutput } from './ai-sdk-output.ts'
import { SDKStep } from './ai-sdk-step.ts'
import { toInput } from './ai-sdk-tool.ts'
import { losePart } from './content-list.ts'
import { choiceIn, type Fields, fieldsOf, filledIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { textContent } from './media.ts'

/** What an approval that was not given leaves of its call. */
interface Refusal {
  readonly path: string
  readonly output: SDKOutput
}

/** Reads what model messages say of the model and its tools: an assistant's message is one step, and its results stand in the messages behind it. */
export class SDKModelReader {
  readonly #builder: ImportBuilder
  readonly #step: SDKStep
  /** The calls that wait for an approval, by its id. */
  readonly #approvals = new Map<string, { readonly callId: string; readonly path: string }>()
  /** The calls that the provider ran. */
  readonly #providers = new Set<string>()

  constructor(builder: ImportBuilder) {
    this.#builder = builder
    this.#step = new SDKStep(builder)
  }

  /** Returns whether something of it becomes a block. */
  addAnswer(content: unknown, path: string, facts: BlockFields): boolean {
    const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }]
    let extra = facts
    let isSaid = false
    for (const [index, item] of parts.entries()) {
      const place = Array.isArray(content) ? `${path}[${index}]` : path
      const part = fieldsOf(item)
      if (part === undefined) this.#builder.lose(place, 'it is no part')
      else if (this.#addPart(part, place, extra)) {
        extra = {}
        isSaid = true
      }
    }
    this.#step.end()
    return isSaid
  }

  /** The results in a `tool` message. */
  addResults(content: unknown, path: string, facts: BlockFields): void {
    if (!Array.isArray(content)) return this.#builder.lose(path, 'it is no list of results')
    const refusals = new Map<string, Refusal>()
    let extra = facts
    for (const [index, item] of content.entries()) {
      const part = fieldsOf(item) ?? {}
      const place = `${path}[${index}]`
      if (part.type === 'tool-approval-response') this.#readApproval(part, place, refusals)
      else if (part.type === 'tool-result') {
        this.#addResult(part, place, refusals, extra)
        extra = {}
      } else losePart(this.#builder, part, place)
    }
    for (const [callId, { path: place, output }] of refusals) this.#step.answer(place, callId, output)
    this.#step.end()
  }

  /** Somebody else speaks: calls whose approval nobody gave wait on. */
  endAnswer(): void {
    for (const { callId, path } of this.#approvals.values()) {
      const content = textContent('There is no result yet: the call waits for an approval.')
      this.#step.answer(path, callId, { outcome: 'pending', content })
    }
    this.#approvals.clear()
    this.#step.end()
  }

  /** Returns whether the part becomes a block. */
  #addPart(part: Fields, path: string, extra: BlockFields): boolean {
    const metadata = metadataOf(part)
    switch (part.type) {
      case 'text': {
        const text = textIn(part, 'text') ?? ''
        if (text === '') return false
        this.#step.say(path, { kind: 'text', text, metadata }, (fields) => assistantBlock(text, fields), extra)
        return true
      }
      case 'reasoning':
      case 'redacted-reasoning':
        return this.#addReasoning(part, path, extra)
      case 'tool-call':
        return this.#addCall(part, path, extra)
      case 'tool-result':
        this.#addProviderResult(part, path)
        return true
      case 'tool-approval-request': {
        const callId = filledIn(part, 'toolCallId')
        if (callId === undefined) losePart(this.#builder, part, path)
        else this.#approvals.set(filledIn(part, 'approvalId') ?? callId, { callId, path })
        return false
      }
      case 'file': {
        const output = ownJson(readSDKFile(this.#builder, part, path), 'file').value
        this.#builder.remark(path, 'a file that the model made can be shown, but no API takes it back')
        const make = (fields: BlockFields) => providerBlock('file', { ...fields, ...defined({ output }) })
        this.#step.say(path, { kind: 'other', metadata }, make, extra)
        return true
      }
      default:
        losePart(this.#builder, part, path)
        return false
    }
  }

  #addReasoning(part: Fields, path: string, extra: BlockFields): boolean {
    const text = textIn(part, 'text') ?? ''
    const { signature, data: redactedData } = part
    // Before version 5 the signature stood in the part.
    const older =
      signature === undefined && redactedData === undefined ? {} : { anthropic: { signature, redactedData } }
    const metadata = { ...older, ...metadataOf(part) }
    const form = text === '' ? ({ form: 'redacted' } as const) : {}
    const make = (fields: BlockFields) => reasoningBlock(text, { ...fields, ...form })
    this.#step.say(path, { kind: 'reasoning', text, metadata }, make, extra)
    return text !== ''
  }

  #addCall(part: Fields, path: string, extra: BlockFields): boolean {
    const name = filledIn(part, 'toolName')
    const callId = filledIn(part, 'toolCallId') ?? this.#builder.nextCallId()
    const metadata = metadataOf(part)
    if (name === undefined) {
      this.#builder.lose(path, 'it calls no tool by a name')
      return false
    }
    const given = part.input ?? part.args
    if (choiceIn(part, 'providerExecuted', [true, false]) === true) {
      this.#providers.add(callId)
      this.#builder.remark(path, 'what the provider ran itself can be shown, but not sent back')
      const inner = defined({ input: ownJson(given, 'input').value })
      const make = (fields: BlockFields) => providerBlock('provider-executed-tool', { ...fields, name, ...inner })
      this.#step.say(path, { kind: 'other', metadata }, make, extra)
      return true
    }
    const call = { callId, name, input: toInput(this.#builder, given, path) }
    this.#step.say(path, { kind: 'call', ...call, metadata }, (fields) => toolCallBlock(call, fields), extra)
    return true
  }

  #addProviderResult(part: Fields, path: string): void {
    const name = filledIn(part, 'toolName') ?? 'tool'
    const output = ownJson(part.output ?? part.result, 'output').value
    this.#builder.remark(path, 'what the provider ran itself can be shown, but not sent back')
    const make = (fields: BlockFields) =>
      providerBlock('provider-executed-result', { ...fields, name, ...defined({ output }) })
    this.#step.say(path, { kind: 'other', metadata: metadataOf(part) }, make)
  }

  #addResult(part: Fields, path: string, refusals: Map<string, Refusal>, extra: BlockFields): void {
    const callId = filledIn(part, 'toolCallId') ?? this.#builder.openCallId
    if (callId === undefined) return this.#builder.lose(path, 'it is the result of no call')
    if (this.#providers.has(callId)) return this.#addProviderResult(part, path)
    loseMetadata(this.#builder, path, metadataOf(part), false)
    for (const [id, approval] of this.#approvals) if (approval.callId === callId) this.#approvals.delete(id)
    const output = readOutput(this.#builder, part, path)
    // The SDK tells the model of a refusal as of an error.
    const refusal = refusals.get(callId)
    const outcome = refusals.delete(callId) ? 'denied' : output.outcome
    if (refusal !== undefined && contentText(output.content) !== contentText(refusal.output.content))
      this.#builder.lose(`${refusal.path}.reason`, 'the result of the call says another')
    this.#step.answer(path, callId, { ...output, outcome }, extra)
  }

  /** What was allowed may have begun to run: only its result says what came of it. */
  #readApproval(part: Fields, path: string, refusals: Map<string, Refusal>): void {
    const id = filledIn(part, 'approvalId') ?? ''
    const approval = this.#approvals.get(id)
    this.#approvals.delete(id)
    if (approval === undefined) this.#builder.lose(path, 'it answers no request for an approval')
    else if (part.approved !== true) refusals.set(approval.callId, { path, output: denied(filledIn(part, 'reason')) })
  }
}
