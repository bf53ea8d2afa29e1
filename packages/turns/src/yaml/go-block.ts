import { ownBlock } from '../block-shape.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { emptyObject } from '../own-json.ts'
import { parseToolInput } from '../tool-input.ts'
import { contentFromGo, contentToGo, resultFromGo, resultToGo, textOf } from './go-content.ts'
import { bareMetadata, type Forms } from './two-forms.ts'

/** What a block's form takes from the turn that it stands in. */
export interface BlockPlace {
  /** The id of a block that says none. */
  readonly id: string
  /** The name of the tool that a call is of. */
  toolName(callId: string): string
}

/** The forms of a block. */
export function blockForms(place: BlockPlace): Forms {
  return {
    toGo,
    fromGo: (go) => fromGo(go, place),
    isSound: (ours) => ownBlock(ours).block !== undefined,
    keepWhole: (ours, go) => (wholeOf(ours) === undefined ? undefined : { ...ours, stored: storedOf(ours.id, go) }),
    wholeOf,
  }
}

function fromGo(go: JsonObject, place: BlockPlace): JsonObject {
  const id = filled(go.id) ?? place.id
  const metadata = isJsonObject(go.metadata) ? go.metadata : emptyObject
  const base = { id, createdAt: 0, metadata }
  const payload = isJsonObject(go.payload) ? go.payload : {}
  const text = textOf(payload.text)
  switch (typeof go.kind === 'string' ? go.kind.trim().toLowerCase() : '') {
    case 'system':
      return { kind: 'system', ...base, text: text ?? '' }
    case 'user':
      return { kind: 'user', ...base, content: contentFromGo(payload) }
    case 'llm_text':
      return { kind: 'assistant', ...base, text: text ?? '' }
    case 'reasoning':
      return { kind: 'reasoning', ...base, ...reasoningFromGo(payload) }
    case 'tool_call': {
      const name = filled(payload.name) ?? 'tool'
      return { kind: 'tool-call', ...base, callId: filled(payload.id) ?? id, name, input: inputFromGo(payload.args) }
    }
    case 'tool_use': {
      const callId = filled(payload.id) ?? id
      const name = filled(payload.name) ?? place.toolName(callId)
      return { kind: 'tool-result', ...base, callId, name, ...resultFromGo(payload) }
    }
    default:
      return { kind: 'unknown', id, createdAt: 0, metadata: emptyObject, stored: storedOf(id, go) }
  }
}

function toGo(ours: JsonObject): JsonObject {
  const { id, kind } = ours
  const metadata = bareMetadata(ours.metadata)
  switch (kind) {
    case 'system':
      return { id, kind: 'system', role: 'system', payload: { text: ours.text }, ...metadata }
    case 'user':
      return { id, kind: 'user', role: 'user', payload: contentToGo(ours.content), ...metadata }
    case 'assistant':
      return { id, kind: 'llm_text', role: 'assistant', payload: { text: ours.text }, ...metadata }
    case 'reasoning':
      return { id, kind: 'reasoning', payload: reasoningToGo(ours), ...metadata }
    case 'tool-call':
      return {
        id,
        kind: 'tool_call',
        payload: { id: ours.callId, name: ours.name, args: inputToGo(ours.input) },
        ...metadata,
      }
    case 'tool-result':
      return { id, kind: 'tool_use', payload: { id: ours.callId, ...resultToGo(ours) }, ...metadata }
    case 'provider':
      return { id, kind: 'other', ...metadata }
    default:
      return unknownToGo(ours, metadata)
  }
}

/** What is stored of a block of Go's that ours has no kind for: a kind of its own, as Go's word may be one of ours. */
const wholeKind = 'go-block'

function storedOf(id: JsonValue | undefined, go: JsonObject): JsonObject {
  return { kind: wholeKind, id, block: go }
}

/** Go's block, where it is kept whole. */
function wholeOf({ kind, stored }: JsonObject): JsonObject | undefined {
  if (kind !== 'unknown' || !isJsonObject(stored) || stored.kind !== wholeKind) return undefined
  return isJsonObject(stored.block) ? stored.block : undefined
}

/** A block that came from Go is as it came; one of a later version of ours is Go's `other`, which Go keeps. */
function unknownToGo(ours: JsonObject, metadata: JsonObject): JsonObject {
  const whole = wholeOf(ours)
  if (whole === undefined) return { id: ours.id, kind: 'other', ...metadata }
  const { metadata: its, ...others } = whole
  return { ...others, ...bareMetadata(its) }
}

function reasoningFromGo(payload: JsonObject): JsonObject {
  const text = textOf(payload.text) ?? ''
  if (text !== '') return { text }
  const summary: readonly JsonValue[] = Array.isArray(payload.summary) ? payload.summary : []
  const texts = summary.flatMap((part) => (isJsonObject(part) ? (textOf(part.text) ?? []) : (textOf(part) ?? [])))
  return texts.length === 0 ? { text, form: 'redacted' } : { text: texts.join('\n'), form: 'summary' }
}

function reasoningToGo({ text, form }: JsonObject): JsonObject {
  return form === 'summary' ? { summary: [{ type: 'summary_text', text }] } : form === 'redacted' ? {} : { text }
}

/** Go has arguments as data, or as the JSON text that the model wrote. */
function inputFromGo(args: JsonValue | undefined): JsonObject {
  if (typeof args === 'string') return { ...parseToolInput(args, true) }
  return { state: 'parsed', value: args ?? {} }
}

function inputToGo(input: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(input)) return undefined
  if (input.state !== 'parsed') return input.raw
  return typeof input.value === 'string' || input.value === null ? JSON.stringify(input.value) : input.value
}

function filled(value: JsonValue | undefined): string | undefined {
  const text = textOf(value)
  return text?.trim() === '' ? undefined : text
}
