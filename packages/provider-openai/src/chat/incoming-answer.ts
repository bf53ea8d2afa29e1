import {
  type DecoderOutput,
  type FramePath,
  listIn,
  numberIn,
  objectIn,
  type PieceTarget,
  textIn,
} from '@geppetto/engine'
import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { restOf } from '../rest-of.ts'
import { readCitations } from './citations.ts'
import { mayCutCalls, readFinish } from './finish.ts'
import { isFailure } from './in-stream-failure.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { IncomingReasoning, reasoningFields } from './incoming-reasoning.ts'
import { IncomingText } from './incoming-text.ts'
import { findUsage, joinUsage, readUsage } from './usage.ts'

/** One answer as it comes in. */
export class IncomingAnswer {
  readonly #output: DecoderOutput
  readonly #text: IncomingText
  readonly #refusal: IncomingText
  readonly #reasoning: IncomingReasoning
  readonly #calls: IncomingCalls
  #choice: number | undefined
  #finishWord: string | undefined
  #matchedSequence = false
  #hasChoice = false
  #usage: JsonObject | undefined
  #model: string | undefined
  #responseId: string | undefined

  constructor(output: DecoderOutput) {
    this.#output = output
    this.#text = new IncomingText(output, false)
    this.#refusal = new IncomingText(output, true)
    this.#reasoning = new IncomingReasoning(output)
    this.#calls = new IncomingCalls(output)
  }

  /** There is no more, and no terminal frame. */
  end(): void {
    if (this.#finishWord === undefined) this.#tellUsage()
    else this.finish()
  }

  add(chunk: JsonObject, isError: boolean): 'failed' | 'going-on' {
    if (isError || isFailure(chunk)) return this.#fail(chunk)
    this.#addFacts(chunk)
    const choice = this.#ownChoice(chunk)
    if (choice !== undefined) {
      this.#hasChoice = true
      const delta = objectIn(choice, 'delta')
      const message = objectIn(choice, 'message')
      if (delta !== undefined || message === undefined) this.#addMessage(delta ?? {}, chunk, false)
      if (message !== undefined && this.#hasSaid) this.#addRest(message, chunk)
      else if (message !== undefined) this.#addMessage(message, chunk, true)
    }
    const usage = findUsage(chunk, choice)
    if (usage !== undefined) this.#usage = joinUsage(this.#usage, usage)
    return choice === undefined ? 'going-on' : this.#addFinish(choice)
  }

  /**
   * Where the one piece of text stands that a chunk says which was just added, and what takes more of them; undefined where it says more than that, or something else.
   * All else that a chunk may say changes nothing when it is said again: nor does it end what came before, as the first such chunk has done that.
   */
  onlyPieceIn(chunk: JsonObject): { readonly path: FramePath; readonly target: PieceTarget } | undefined {
    const [choice, ...others] = listIn(chunk, 'choices')
    if (others.length > 0 || !isJsonObject(choice) || choice !== this.#ownChoice(chunk)) return undefined
    const delta = objectIn(choice, 'delta')
    if (delta === undefined || objectIn(choice, 'message') !== undefined) return undefined
    const [name, ...more] = fieldsOfPieces.filter((field) => !isNothing(delta[field]))
    if (name === undefined || more.length > 0) return undefined
    const target = this.#targetOf(name, delta[name])
    if (target === undefined) return undefined
    const place = ['choices', 0, 'delta', name]
    return { path: name === 'tool_calls' ? [...place, 0, 'function', 'arguments'] : place, target }
  }

  #targetOf(name: string, value: JsonValue | undefined): PieceTarget | undefined {
    if (name === 'tool_calls') return this.#calls.targetIn(value)
    if (typeof value !== 'string') return undefined
    if (name === 'content') return this.#text.target
    return reasoningFields.includes(name) ? this.#reasoning.target : undefined
  }

  /** The terminal frame was seen. */
  finish(isWholeJson = false): void {
    const word = this.#finishWord
    this.#tellUsage()
    // Without a stop, the engine reports that the answer broke off.
    if (isWholeJson ? !this.#hasChoice : word === undefined && this.#mayBeCut) return
    this.#reasoning.finish()
    this.#text.finish()
    this.#refusal.finish()
    this.#calls.finish(mayCutCalls(word))
    const finish = readFinish(word, {
      hasCalls: this.#calls.count > 0,
      hasRefusal: this.#refusal.hasText,
      matchedSequence: this.#matchedSequence,
    })
    if (finish.kind === 'stop') this.#output.stop(finish.reason, word)
  }

  /** [DONE] alone ends a text. It ends no answer that said nothing, nor calls: gateways send it too where what they pass on broke off. */
  get #mayBeCut(): boolean {
    return !this.#hasSaid || this.#calls.count > 0
  }

  get #hasSaid(): boolean {
    return this.#text.hasText || this.#refusal.hasText || this.#reasoning.hasAny || this.#calls.count > 0
  }

  /** Some hosts count in each chunk: the last count is the whole one. */
  #tellUsage(): void {
    if (this.#usage !== undefined) this.#output.update({ usage: readUsage(this.#usage) })
  }

  #fail(what: JsonObject): 'failed' {
    this.#tellUsage()
    this.#output.fail(what)
    return 'failed'
  }

  #addFacts(chunk: JsonObject): void {
    const model = textIn(chunk, 'model') || this.#model
    const responseId = textIn(chunk, 'id') || this.#responseId
    if (model === this.#model && responseId === this.#responseId) return
    this.#model = model
    this.#responseId = responseId
    this.#output.update({
      ...(model === undefined ? undefined : { model }),
      ...(responseId === undefined ? undefined : { responseId }),
    })
  }

  /** Of several choices, the first that spoke is the answer. */
  #ownChoice(chunk: JsonObject): JsonObject | undefined {
    for (const choice of listIn(chunk, 'choices')) {
      if (!isJsonObject(choice)) continue
      const index = numberIn(choice, 'index') ?? 0
      this.#choice ??= index
      if (index === this.#choice) return choice
    }
    return undefined
  }

  /** Some hosts say the whole message again behind its pieces: what of it had not come yet is added. */
  #addRest(message: JsonObject, chunk: JsonObject): void {
    this.#reasoning.addRest(message)
    this.#addText(restOf(contentText(message['content']), this.#text.text))
    this.#addRefusal(restOf(textIn(message, 'refusal') ?? '', this.#refusal.text))
    for (const [index, call] of callsIn(message).entries()) this.#calls.heal(call, index)
    this.#cite(message, chunk)
  }

  #addMessage(message: JsonObject, chunk: JsonObject, isWhole: boolean): void {
    this.#reasoning.add(message, isWhole)
    this.#addContent(message['content'])
    this.#addRefusal(textIn(message, 'refusal') ?? '')
    this.#addText(textIn(objectIn(message, 'audio'), 'transcript') ?? '')
    for (const piece of callsIn(message)) {
      this.#reasoning.finish()
      this.#calls.add(piece)
    }
    this.#cite(message, chunk)
  }

  #cite(message: JsonObject, chunk: JsonObject): void {
    if (message['annotations'] !== undefined || chunk['citations'] !== undefined)
      this.#text.cite(readCitations(message, chunk, this.#text))
  }

  #addContent(content: JsonValue | undefined): void {
    if (Array.isArray(content)) for (const part of content) this.#addPart(part)
    else this.#addPart(content)
  }

  /** A part of a content, such as Mistral's. Other types, as audio, are passed over. */
  #addPart(part: JsonValue | undefined): void {
    if (typeof part === 'string') this.#addText(part)
    if (!isJsonObject(part)) return
    const { type = 'text' } = part
    if (type === 'thinking') this.#reasoning.addThinking(part)
    else if (type === 'refusal') this.#addRefusal(textIn(part, 'refusal') ?? '')
    else if (type === 'text' || type === 'output_text') this.#addText(textIn(part, 'text') ?? '')
  }

  #addRefusal(text: string): void {
    if (text !== '') this.#refusal.append(text)
  }

  #addText(text: string): void {
    if (text === '') return
    this.#reasoning.finish()
    this.#calls.isLatest = false
    this.#text.append(text)
  }

  #addFinish(choice: JsonObject): 'failed' | 'going-on' {
    const word = textIn(choice, 'finish_reason') ?? ''
    if (word === '') return 'going-on'
    // What was cut stays cut, whatever comes behind.
    if (!mayCutCalls(this.#finishWord)) this.#finishWord = word
    const matched = choice['stop_reason']
    this.#matchedSequence = typeof matched === 'string' || typeof matched === 'number'
    const facts = { hasCalls: false, hasRefusal: false, matchedSequence: false }
    return readFinish(word, facts).kind === 'failure' ? this.#fail(failureOf(choice, word)) : 'going-on'
  }
}

/** The fields of a delta in which there may be something to add to what came before. */
const fieldsOfPieces: readonly string[] = [
  ...reasoningFields,
  'reasoning_details',
  'content',
  'refusal',
  'audio',
  'tool_calls',
  'function_call',
]

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The texts of a content that is told whole. */
function contentText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  return listIn({ content }, 'content')
    .map((part) => (typeof part === 'string' ? part : (textIn(part, 'text') ?? '')))
    .join('')
}

/** The calls of a message; before there were several, there was one `function_call`. */
function callsIn(message: JsonObject): readonly JsonValue[] {
  const calls = listIn(message, 'tool_calls')
  const only = objectIn(message, 'function_call')
  const isSaid = only !== undefined && (textIn(only, 'name') || textIn(only, 'arguments'))
  return calls.length > 0 || !isSaid ? calls : [{ index: 0, function: only }]
}

function failureOf(choice: JsonObject, word: string): JsonObject {
  if (objectIn(choice, 'error') !== undefined) return choice
  return { message: `the provider broke the answer off: ${word}`, type: 'server_error' }
}
