import { assistantBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import type { Citation } from '../content.ts'
import { defined } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { ownJson } from '../own-json.ts'
import { parseToolInput } from '../tool-input.ts'
import { losePart, readContent } from './content-list.ts'
import { choiceIn, type Fields, fieldsIn, fieldsOf, filledIn, jsonText, listIn, textIn, without } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { opaqueReason } from './opaque.ts'

const api = 'openai-chat'

/** Where hosts put readable reasoning; one that fills two of them says the same twice. */
const reasoningFields = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking']

/** What the model said in one message: its reasoning, its text, its refusal, its calls. */
export function addAnswer(builder: ImportBuilder, message: Fields, path: string): void {
  const group = builder.nextId()
  addReasoning(builder, message, path, group)
  addContent(builder, message, path, group)
  const refusal = textIn(message, 'refusal') ?? ''
  if (refusal !== '') builder.add(`${path}.refusal`, (fields) => assistantBlock(refusal, { ...fields, refusal: true }))
  for (const [index, call] of (listIn(message, 'tool_calls') ?? []).entries())
    addCall(builder, fieldsOf(call) ?? {}, `${path}.tool_calls[${index}]`, group)
  // Before there were several, there was one.
  const only = fieldsIn(message, 'function_call')
  if (only !== undefined) addCall(builder, { function: only }, `${path}.function_call`, group)
}

function addReasoning(builder: ImportBuilder, message: Fields, path: string, group: string): void {
  const field = reasoningFields.find((name) => filledIn(message, name) !== undefined)
  for (const name of reasoningFields)
    if (name !== field && typeof message[name] === 'object' && message[name] !== null)
      builder.lose(`${path}.${name}`, 'reasoning is read as a text, and this is none')
  const details = listIn(message, 'reasoning_details') ?? []
  if (field === undefined && details.length === 0) return
  const native = builder.native(api, group, defined({ field, details: details.length === 0 ? undefined : details }))
  const text = field === undefined ? details.map(detailText).join('') : (textIn(message, field) ?? '')
  // What says the same twice is said.
  for (const name of reasoningFields) choiceIn(message, name, [text])
  const isSaid = details.map(detailText).join('') === text
  if (native === undefined)
    for (const [index, detail] of details.entries()) {
      const place = `${path}.reasoning_details[${index}]`
      if (isOpaque(fieldsOf(detail))) builder.lose(place, opaqueReason)
      else if (!isSaid) builder.lose(`${place}.text`, 'the reasoning beside it says something else')
    }
  if (native === undefined && text === '') return
  const form = text === '' ? ({ form: 'redacted' } as const) : {}
  builder.add(field === undefined ? `${path}.reasoning_details` : `${path}.${field}`, (fields) =>
    reasoningBlock(text, { ...fields, ...form, ...defined({ native }) }),
  )
}

function detailText(detail: unknown): string {
  return textIn(fieldsOf(detail), 'text') ?? ''
}

function isOpaque(detail: Fields | undefined): boolean {
  return filledIn(detail, 'signature') !== undefined || filledIn(detail, 'data') !== undefined
}

function addContent(builder: ImportBuilder, message: Fields, path: string, group: string): void {
  const refusals: string[] = []
  const texts = readContent(message.content, `${path}.content`, builder, (part, place) => {
    if (part.type === 'text' || part.type === 'output_text') {
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    }
    if (part.type === 'refusal') refusals.push(textIn(part, 'refusal') ?? '')
    else if (part.type === 'thinking') addThinking(builder, part, place, group)
    else losePart(builder, part, place)
    return undefined
  })
  const text = texts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const citations = (listIn(message, 'annotations') ?? []).flatMap(readAnnotation)
  if (text !== '')
    builder.add(`${path}.content`, (fields) =>
      assistantBlock(text, citations.length === 0 ? fields : { ...fields, citations }),
    )
  else if (citations.length > 0) builder.lose(`${path}.annotations`, 'there is no text that they could belong to')
  for (const refusal of refusals)
    builder.add(`${path}.content`, (fields) => assistantBlock(refusal, { ...fields, refusal: true }))
}

/** A part of Mistral's content: `{ type: 'thinking', thinking: [{ type: 'text', text }] }`. */
function addThinking(builder: ImportBuilder, part: Fields, path: string, group: string): void {
  const text = textIn(part, 'thinking') ?? (listIn(part, 'thinking') ?? []).map(detailText).join('')
  if (text === '') return builder.lose(path, 'it says nothing')
  const native = builder.native(api, group, { field: 'content' })
  builder.add(path, (fields) => reasoningBlock(text, { ...fields, ...defined({ native }) }))
}

function readAnnotation(annotation: unknown): readonly Citation[] {
  const fields = fieldsOf(annotation)
  const raw = ownJson(annotation, 'annotation').value
  if (fields === undefined || raw === undefined) return []
  const source = fieldsIn(fields, 'url_citation') ?? fields
  const number = (name: string) => (typeof source[name] === 'number' ? source[name] : undefined)
  const place = { start: number('start_index'), end: number('end_index') }
  return [{ ...defined({ url: textIn(source, 'url'), title: textIn(source, 'title'), ...place }), raw }]
}

function addCall(builder: ImportBuilder, call: Fields, path: string, group: string): void {
  const custom = fieldsIn(call, 'custom')
  const target = fieldsIn(call, 'function') ?? custom
  const name = filledIn(target, 'name')
  if (name === undefined) return builder.lose(path, 'it calls no tool by a name')
  const id = filledIn(call, 'id')
  const raw = inputText(custom === undefined ? target?.arguments : custom.input)
  const extras = without(call, 'id', 'type', 'function', 'custom', 'index')
  const own = { id, arguments: raw === '' ? undefined : raw, custom: custom === undefined ? undefined : true }
  const hasExtras = Object.values(extras).some((value) => value !== undefined && value !== null)
  const native = builder.native(api, group, defined({ ...own, extras: hasExtras ? extras : undefined }))
  if (native === undefined)
    for (const extra of Object.keys(extras)) if (hasExtras) builder.lose(`${path}.${extra}`, opaqueReason)
  const value: JsonValue = raw
  const input = custom === undefined ? parseToolInput(raw, true) : ({ state: 'parsed', value } as const)
  const callId = id ?? builder.nextCallId()
  builder.add(path, (fields) => toolCallBlock({ callId, name, input }, { ...fields, ...defined({ native }) }))
}

/** Arguments come as text; some hosts send the object itself. */
function inputText(input: unknown): string {
  if (typeof input === 'string') return input
  return input === null ? '' : jsonText(input)
}
