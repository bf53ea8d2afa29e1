import { type Decoder, type DecoderOutput, numberIn, objectIn, textIn } from '@geppetto/engine'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { Answer } from './answer.ts'
import { CallItem } from './call-item.ts'
import type { ItemName } from './entry.ts'
import type { OpenItem } from './open-item.ts'
import { ServerItem } from './server-item.ts'
import type { PartType, TextItem } from './text-item.ts'

// `asks`: whether the question of a remote server is a call, which is to be answered.

/** Reads a streamed answer. Events that this version does not know are passed over; items are kept. */
export function decodeStream(output: DecoderOutput, asks: boolean): Decoder {
  const answer = new Answer(output, asks)
  return {
    event(name, data) {
      // Some hosts end their streams with the mark of Chat Completions.
      if (data === '[DONE]') return
      const event: unknown = JSON.parse(data)
      if (!isJsonObject(event)) throw new TypeError(`an event is ${data.slice(0, 60)}`)
      const type = textIn(event, 'type')
      // Of a gateway that knows no events.
      if (type === undefined && objectIn(event, 'error') !== undefined) answer.fail(objectIn(event, 'error') ?? event)
      else readEvent(answer, type ?? name, event)
    },
    end() {},
  }
}

/** Reads a whole answer. */
export function decodeWhole(body: unknown, output: DecoderOutput, asks: boolean): void {
  if (!isJsonObject(body)) throw new TypeError('the answer is no object')
  const error = objectIn(body, 'error')
  const answer = new Answer(output, asks)
  if (Array.isArray(body.output)) endWith(answer, body, textIn(body, 'status') ?? 'completed')
  else if (error !== undefined) answer.fail(error)
  else throw new TypeError('the answer has no output')
}

function endWith(answer: Answer, response: JsonObject, status: string): void {
  // It goes on elsewhere: the answer is not whole.
  if (status === 'queued' || status === 'in_progress') answer.begin(response)
  else answer.end(response, status)
}

function readEvent(answer: Answer, type: string, event: JsonObject): void {
  const index = numberIn(event, 'output_index')
  const name = { index, id: textIn(event, 'item_id') }
  switch (type) {
    case 'response.output_text.delta':
    case 'response.audio.transcript.delta':
    case 'response.output_audio_transcript.delta':
      appendText(answer.textAt(name, 'message'), 'output_text', event)
      break
    case 'response.refusal.delta':
      appendText(answer.textAt(name, 'message'), 'refusal', event)
      break
    case 'response.reasoning_summary_text.delta':
      appendText(answer.textAt(name, 'reasoning'), 'summary_text', event)
      break
    case 'response.reasoning_text.delta':
      appendText(answer.textAt(name, 'reasoning'), 'reasoning_text', event)
      break
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      appendInput(answer, name, event)
      break
    case 'response.output_text.done':
      healText(answer.textAt(name, 'message'), 'output_text', event)
      break
    case 'response.refusal.done':
      healText(answer.textAt(name, 'message'), 'refusal', event)
      break
    case 'response.reasoning_summary_text.done':
      healText(answer.textAt(name, 'reasoning'), 'summary_text', event)
      break
    case 'response.reasoning_text.done':
      healText(answer.textAt(name, 'reasoning'), 'reasoning_text', event)
      break
    case 'response.content_part.done':
      healPart(answer, name, event)
      break
    case 'response.reasoning_summary_part.done':
      healText(answer.textAt(name, 'reasoning'), 'summary_text', { ...event, ...objectIn(event, 'part') })
      break
    case 'response.function_call_arguments.done':
      healInput(answer, name, event.arguments)
      break
    case 'response.custom_tool_call_input.done':
      healInput(answer, name, event.input)
      break
    case 'response.output_text.annotation.added':
      cite(answer.textAt(name, 'message'), event)
      break
    case 'response.output_item.added': {
      const item = objectIn(event, 'item')
      if (item !== undefined) answer.open(index, item)
      break
    }
    case 'response.output_item.done': {
      const item = objectIn(event, 'item')
      if (item !== undefined) answer.close(index, item)
      break
    }
    case 'response.created':
    case 'response.in_progress':
    case 'response.queued':
      answer.begin(objectIn(event, 'response') ?? {})
      break
    case 'response.completed':
    case 'response.done':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled': {
      const response = objectIn(event, 'response') ?? {}
      answer.end(response, statusOf(type, response))
      break
    }
    case 'error':
    case 'response.error':
      answer.fail(objectIn(event, 'error') ?? event)
      break
    default:
      tellProgress(answer.at(name), type, event)
  }
}

/** How the answer ended; some hosts end every answer with the event of a good one. */
function statusOf(type: string, response: JsonObject): string {
  if (type !== 'response.completed' && type !== 'response.done') return type.slice('response.'.length)
  const status = textIn(response, 'status')
  return status === 'incomplete' || status === 'failed' || status === 'cancelled' ? status : 'completed'
}

/** A part of a message, or of reasoning that is shown: the part says which. */
function healPart(answer: Answer, name: ItemName, event: JsonObject): void {
  const part = objectIn(event, 'part')
  const said = { ...event, text: part?.text, refusal: part?.refusal }
  if (part?.type === 'output_text') healText(answer.textAt(name, 'message'), 'output_text', said)
  else if (part?.type === 'refusal') healText(answer.textAt(name, 'message'), 'refusal', said)
  else if (part?.type === 'reasoning_text') healText(answer.textAt(name, 'reasoning'), 'reasoning_text', said)
}

function appendText(item: TextItem | undefined, type: PartType, event: JsonObject): void {
  const { delta } = event
  if (typeof delta === 'string') item?.append(type, partIndex(event), delta)
}

function healText(item: TextItem | undefined, type: PartType, event: JsonObject): void {
  const text = event.text ?? event.refusal
  if (typeof text === 'string') item?.heal(type, partIndex(event), text)
}

function partIndex(event: JsonObject): number {
  return numberIn(event, 'content_index') ?? numberIn(event, 'summary_index') ?? 0
}

function appendInput(answer: Answer, name: ItemName, event: JsonObject): void {
  const item = answer.at(name)
  if (item instanceof CallItem && typeof event.delta === 'string') item.append(event.delta)
}

function healInput(answer: Answer, name: ItemName, input: unknown): void {
  const item = answer.at(name)
  if (item instanceof CallItem && typeof input === 'string') item.heal(input)
}

function cite(item: TextItem | undefined, event: JsonObject): void {
  const annotation = objectIn(event, 'annotation')
  if (annotation !== undefined) item?.cite(partIndex(event), annotation)
}

/** What a server-side tool does: `response.web_search_call.searching`. */
function tellProgress(item: OpenItem | undefined, type: string, event: JsonObject): void {
  if (!(item instanceof ServerItem)) return
  const status = type.slice(type.lastIndexOf('.') + 1)
  if (status === 'delta') item.progress({ data: event.delta ?? null })
  else if (status === 'partial_image') item.progress({ status, data: event.partial_image_b64 ?? null })
  else if (status !== 'done') item.progress({ status })
}
