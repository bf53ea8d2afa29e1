import type { EventDraft, SegmentKind, SegmentOutcome } from '@geppetto/events'
import {
  assistantBlock,
  type Block,
  type BlockFields,
  type Citation,
  defined,
  parseToolInput,
  providerBlock,
  reasoningBlock,
  toolCallBlock,
} from '@geppetto/turns'
import type {
  ReasoningWriter,
  SegmentEnd,
  ServerToolEnd,
  ServerToolWriter,
  TextEnd,
  TextWriter,
  ToolCallWriter,
} from './adapter.ts'
import { EngineError } from './engine-error.ts'
import type { OutputPiece } from './output-piece.ts'
import { soundCitation, soundJson, soundServerToolEnd } from './sound-output.ts'

/** What a piece of output begins with. */
interface Opening {
  readonly kind: SegmentKind
  readonly callId?: string
  readonly event: EventDraft
}

/** What is known when a piece ends. */
interface Closing {
  readonly outcome: SegmentOutcome
  readonly text: string
  readonly fields: BlockFields
  readonly publish: (draft: EventDraft) => void
}

/** Opens a piece of the call. `close` publishes its last event and makes its block; `end` is there only if its writer ended it. */
export type BeginPiece = <End extends SegmentEnd>(
  opening: Opening,
  close: (closing: Closing, end: End | undefined) => Block | undefined,
) => OutputPiece<End>

export function openText(begin: BeginPiece): TextWriter {
  const cited: Citation[] = []
  const opening: Opening = { kind: 'text', event: { type: 'text-started' } }
  const piece = begin<TextEnd>(opening, ({ outcome, text, fields, publish }, end) => {
    const late = (end?.citations ?? []).map(soundCitation).filter((citation) => citation !== undefined)
    const citations = [...cited, ...late]
    const facts = defined({ refusal: end?.refusal, citations: citations.length === 0 ? undefined : citations })
    publish({ type: 'text-finished', text, outcome, ...facts })
    return text === '' && outcome !== 'completed' ? undefined : assistantBlock(text, { ...fields, ...facts })
  })
  return {
    append: (delta) => piece.append(delta),
    cite: (given) => {
      const citation = soundCitation(given)
      if (citation === undefined) return
      piece.publish({ type: 'citation', citation })
      cited.push(citation)
    },
    finish: (end) => piece.close('completed', end),
  }
}

export function openReasoning(begin: BeginPiece, form: 'summary' | 'redacted' | undefined): ReasoningWriter {
  const facts = defined({ form })
  const opening: Opening = { kind: 'reasoning', event: { type: 'reasoning-started' } }
  const piece = begin<SegmentEnd>(opening, ({ outcome, text, fields, publish }) => {
    publish({ type: 'reasoning-finished', text, outcome, ...facts })
    return text === '' && outcome !== 'completed' ? undefined : reasoningBlock(text, { ...fields, ...facts })
  })
  return { append: (delta) => piece.append(delta), finish: (end) => piece.close('completed', end) }
}

export function openToolCall(begin: BeginPiece, name: string, callId: string): ToolCallWriter {
  assertNamed(name, 'the answer calls a tool without a name')
  const opening: Opening = { kind: 'tool-call', callId, event: { type: 'tool-call-started', name } }
  const piece = begin<SegmentEnd>(opening, ({ outcome, text, fields, publish }) => {
    const input = parseToolInput(text, outcome === 'completed')
    publish({ type: 'tool-call-finished', name, input, outcome })
    return toolCallBlock({ callId, name, input }, fields)
  })
  return {
    callId,
    append: (delta) => piece.append(delta),
    finish: (end) => piece.close('completed', end),
    cutOff: (end) => piece.close('failed', end),
  }
}

export function openServerTool(begin: BeginPiece, tool: string, name: string | undefined): ServerToolWriter {
  assertNamed(tool, 'the answer holds a server tool without a type')
  // Its segment only carries the ids: a server tool has no text of its own.
  const opening: Opening = { kind: 'text', event: { type: 'server-tool-started', tool, ...defined({ name }) } }
  const piece = begin<ServerToolEnd>(opening, ({ outcome, fields, publish }, end) => {
    const facts = defined({ name, input: end?.input, output: end?.output })
    publish({ type: 'server-tool-finished', tool, outcome, ...facts })
    return providerBlock(tool, { ...fields, ...facts })
  })
  return {
    progress: ({ status, data }) =>
      piece.publish({ type: 'server-tool-progress', tool, ...defined({ status, data: soundJson(data) }) }),
    finish: (end) => piece.close('completed', end === undefined ? end : soundServerToolEnd(end)),
  }
}

function assertNamed(name: string, problem: string): void {
  if (name.trim() === '') throw new EngineError('protocol', problem)
}
