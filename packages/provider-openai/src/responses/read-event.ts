import { numberIn, objectIn, type PieceTarget, textIn } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'
import type { Answer } from './answer.ts'
import { CallItem } from './call-item.ts'
import type { ItemName } from './entry.ts'
import type { OpenItem } from './open-item.ts'
import { ServerItem } from './server-item.ts'
import type { PartType, TextItem } from './text-item.ts'

/** Takes one event into the answer; what tells of an item of ours is progress. Returns what takes further pieces, where the event said nothing but one: its `delta`. */
export function readEvent(answer: Answer, type: string, event: JsonObject): PieceTarget | undefined {
  const name = { index: numberIn(event, 'output_index'), id: textIn(event, 'item_id') }
  const targetOf = targets.get(type)
  if (targetOf !== undefined) return appendDelta(targetOf(answer, name, event), event)
  const read = readers.get(type)
  if (read === undefined) tellProgress(answer.at(name), type, event)
  else read(answer, name, event, type)
  return undefined
}

/** Whether this version knows events of the type. */
export function isKnownEvent(type: string): boolean {
  return readers.has(type) || targets.has(type)
}

/** What the event's `delta` is to be given to. */
type TargetOf = (answer: Answer, name: ItemName, event: JsonObject) => PieceTarget | undefined

// This and `healIn` are called where the module loads: bundlers must know that the calls may go when nobody uses the tables.
/* @__NO_SIDE_EFFECTS__ */
function textTarget(item: 'message' | 'reasoning', part: PartType): TargetOf {
  return (answer, name, event) => answer.textAt(name, item)?.target(part, partIndex(event))
}

const inputTarget: TargetOf = (answer, name) => {
  const item = answer.at(name)
  return item instanceof CallItem ? item.target : undefined
}

const targets: ReadonlyMap<string, TargetOf> = new Map([
  ['response.output_text.delta', textTarget('message', 'output_text')],
  ['response.audio.transcript.delta', textTarget('message', 'output_text')],
  ['response.output_audio_transcript.delta', textTarget('message', 'output_text')],
  ['response.refusal.delta', textTarget('message', 'refusal')],
  ['response.reasoning_summary_text.delta', textTarget('reasoning', 'summary_text')],
  ['response.reasoning_text.delta', textTarget('reasoning', 'reasoning_text')],
  ['response.function_call_arguments.delta', inputTarget],
  ['response.custom_tool_call_input.delta', inputTarget],
])

function appendDelta(target: PieceTarget | undefined, { delta }: JsonObject): PieceTarget | undefined {
  if (target === undefined || typeof delta !== 'string') return undefined
  target.append(delta)
  return target
}

/** Takes what an event says into the answer. */
type Reader = (answer: Answer, name: ItemName, event: JsonObject, type: string) => void

/* @__NO_SIDE_EFFECTS__ */
function healIn(item: 'message' | 'reasoning', part: PartType): Reader {
  return (answer, name, event) => healText(answer.textAt(name, item), part, event)
}

const begin: Reader = (answer, _name, event) => answer.begin(objectIn(event, 'response') ?? {})

const end: Reader = (answer, _name, event, type) => {
  const response = objectIn(event, 'response')
  const status = statusOf(type, response)
  // What ended well says what it is: without that the event is not whole, and nor is the answer.
  if (response !== undefined || status === 'failed' || status === 'cancelled') answer.end(response ?? {}, status)
}

const fail: Reader = (answer, _name, event) => answer.fail(objectIn(event, 'error') ?? event)

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['response.created', begin],
  ['response.in_progress', begin],
  ['response.queued', begin],
  [
    'response.output_item.added',
    (answer, { index }, event) => {
      const item = objectIn(event, 'item')
      if (item !== undefined) answer.open(index, item)
    },
  ],
  [
    'response.output_item.done',
    (answer, { index }, event) => {
      const item = objectIn(event, 'item')
      if (item !== undefined) answer.close(index, item)
    },
  ],
  ['response.output_text.done', healIn('message', 'output_text')],
  ['response.refusal.done', healIn('message', 'refusal')],
  ['response.reasoning_summary_text.done', healIn('reasoning', 'summary_text')],
  ['response.reasoning_text.done', healIn('reasoning', 'reasoning_text')],
  ['response.content_part.done', healPart],
  [
    'response.reasoning_summary_part.done',
    (answer, name, event) =>
      healText(answer.textAt(name, 'reasoning'), 'summary_text', { ...event, ...objectIn(event, 'part') }),
  ],
  ['response.function_call_arguments.done', (answer, name, event) => healInput(answer, name, event.arguments)],
  ['response.custom_tool_call_input.done', (answer, name, event) => healInput(answer, name, event.input)],
  ['response.output_text.annotation.added', (answer, name, event) => cite(answer.textAt(name, 'message'), event)],
  ['response.completed', end],
  ['response.done', end],
  ['response.incomplete', end],
  ['response.failed', end],
  ['response.cancelled', end],
  ['error', fail],
  ['response.error', fail],
])

/** How the answer ended; some hosts end every answer with the event of a good one. */
function statusOf(type: string, response: JsonObject | undefined): string {
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

function healText(item: TextItem | undefined, type: PartType, event: JsonObject): void {
  const text = event.text ?? event.refusal
  if (typeof text === 'string') item?.heal(type, partIndex(event), text)
}

function partIndex(event: JsonObject): number {
  return numberIn(event, 'content_index') ?? numberIn(event, 'summary_index') ?? 0
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
