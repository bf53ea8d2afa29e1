import { type Decoder, type DecoderOutput, EngineError, listIn, numberIn, objectIn, textIn } from '@geppetto/engine'
import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { readCitations } from './citations.ts'
import { mayCutCalls, readFinish } from './finish.ts'
import { isFailure } from './in-stream-failure.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { IncomingReasoning } from './incoming-reasoning.ts'
import { IncomingText } from './incoming-text.ts'
import { findUsage, readUsage } from './usage.ts'

/** The chunks of a streamed answer to blocks and events. */
export function decodeStream(output: DecoderOutput): Decoder {
  const answer = new IncomingAnswer(output)
  return {
    event(name, data) {
      if (data.trim() === '[DONE]') answer.finish()
      else answer.add(parseChunk(data), name === 'error')
    },
    // Some hosts leave out [DONE]; after a finish reason nothing but usage can be missing.
    end() {
      answer.end()
    },
  }
}

/** A whole answer to blocks and events. */
export function decodeWhole(body: unknown, output: DecoderOutput): void {
  if (!isJsonObject(body)) throw new EngineError('protocol', 'the answer is JSON, but no object')
  if (!isFailure(body) && !Array.isArray(body['choices']))
    throw new EngineError('protocol', 'the answer has no choices: is this a Chat Completions API?')
  const answer = new IncomingAnswer(output)
  if (answer.add(body, false) === 'failed') return
  answer.finish(true)
}

function parseChunk(data: string): JsonObject {
  const chunk: unknown = JSON.parse(data)
  if (isJsonObject(chunk)) return chunk
  throw new EngineError('protocol', `the stream holds something that is no chunk: ${data.slice(0, 120)}`)
}

/** One answer as it comes in. */
class IncomingAnswer {
  readonly #output: DecoderOutput
  readonly #text: IncomingText
  readonly #refusal: IncomingText
  readonly #reasoning: IncomingReasoning
  readonly #calls: IncomingCalls
  #choice: number | undefined
  #finishWord: string | undefined
  #matchedSequence = false
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
      const delta = objectIn(choice, 'delta')
      const message = delta ?? objectIn(choice, 'message') ?? {}
      if (delta === undefined && this.#hasSaid) this.#addRest(message)
      else {
        this.#reasoning.add(message, delta === undefined)
        this.#addMessage(message, chunk)
      }
    }
    const usage = findUsage(chunk, choice)
    if (usage !== undefined) this.#usage = usage
    return choice === undefined ? 'going-on' : this.#addFinish(choice)
  }

  /** The terminal frame was seen. */
  finish(isWholeJson = false): void {
    const word = this.#finishWord
    this.#tellUsage()
    // [DONE] alone ends no answer: without a stop, the engine reports that it broke off.
    if (!isWholeJson && word === undefined && !this.#hasSaid) return
    this.#reasoning.finish()
    this.#text.finish()
    this.#refusal.finish()
    this.#calls.finish(mayCutCalls(word), isWholeJson || word !== undefined)
    const finish = readFinish(word, {
      hasCalls: this.#calls.count > 0,
      hasRefusal: this.#refusal.hasText,
      matchedSequence: this.#matchedSequence,
    })
    if (finish.kind === 'stop') this.#output.stop(finish.reason, word)
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

  /** Some hosts say the whole message again behind its pieces. */
  #addRest(message: JsonObject): void {
    const whole = textIn(message, 'content') ?? ''
    const seen = this.#text.text
    if (whole.startsWith(seen)) this.#addText(whole.slice(seen.length))
  }

  #addMessage(message: JsonObject, chunk: JsonObject): void {
    this.#addContent(message['content'])
    this.#addRefusal(textIn(message, 'refusal') ?? '')
    this.#addText(textIn(objectIn(message, 'audio'), 'transcript') ?? '')
    for (const piece of callsIn(message)) {
      this.#reasoning.finish()
      this.#calls.add(piece)
    }
    if (message['annotations'] !== undefined || chunk['citations'] !== undefined)
      this.#text.cite(readCitations(message, chunk, this.#text.text))
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
