import type { Segment } from '@geppetto/events'
import {
  assistantBlock,
  type Block,
  type Citation,
  defined,
  type JsonValue,
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
import { type Closing, OutputPiece, type PieceStart } from './output-piece.ts'
import { soundCitation, soundJson, soundServerToolEnd } from './sound-output.ts'

export class TextPiece extends OutputPiece<TextEnd> implements TextWriter {
  readonly #cited: Citation[] = []

  constructor(start: PieceStart) {
    super(start)
    start.segment.publish({ type: 'text-started' })
  }

  cite(given: Citation): void {
    const citation = soundCitation(given)
    if (citation === undefined) return
    this.publish({ type: 'citation', citation })
    this.#cited.push(citation)
  }

  protected override toBlock({ outcome, text, fields, end }: Closing<TextEnd>, segment: Segment): Block | undefined {
    const late = (end?.citations ?? []).map(soundCitation).filter((citation) => citation !== undefined)
    const citations = [...this.#cited, ...late]
    const facts = defined({ refusal: end?.refusal, citations: citations.length === 0 ? undefined : citations })
    segment.publish({ type: 'text-finished', text, outcome, ...facts })
    return text === '' && outcome !== 'completed' ? undefined : assistantBlock(text, { ...fields, ...facts })
  }
}

export class ReasoningPiece extends OutputPiece implements ReasoningWriter {
  readonly #form: 'summary' | 'redacted' | undefined

  constructor(start: PieceStart, form: 'summary' | 'redacted' | undefined) {
    super(start)
    this.#form = form
    start.segment.publish({ type: 'reasoning-started' })
  }

  protected override toBlock({ outcome, text, fields }: Closing<SegmentEnd>, segment: Segment): Block | undefined {
    const facts = defined({ form: this.#form })
    segment.publish({ type: 'reasoning-finished', text, outcome, ...facts })
    return text === '' && outcome !== 'completed' ? undefined : reasoningBlock(text, { ...fields, ...facts })
  }
}

export class ToolCallPiece extends OutputPiece implements ToolCallWriter {
  readonly callId: string
  readonly #name: string

  constructor(start: PieceStart, name: string, callId: string) {
    super(start)
    this.callId = callId
    this.#name = name
    start.segment.publish({ type: 'tool-call-started', name })
  }

  protected override toBlock({ outcome, text, fields }: Closing<SegmentEnd>, segment: Segment): Block {
    const name = this.#name
    const input = parseToolInput(text, outcome === 'completed')
    segment.publish({ type: 'tool-call-finished', name, input, outcome })
    return toolCallBlock({ callId: this.callId, name, input }, fields)
  }
}

/** Its segment only carries the ids: a server tool has no text of its own. */
export class ServerToolPiece extends OutputPiece<ServerToolEnd> implements ServerToolWriter {
  readonly #tool: string
  readonly #name: { readonly name?: string }

  constructor(start: PieceStart, tool: string, name: string | undefined) {
    super(start)
    this.#tool = tool
    this.#name = defined({ name })
    start.segment.publish({ type: 'server-tool-started', tool, ...this.#name })
  }

  progress({ status, data }: { readonly status?: string; readonly data?: JsonValue }): void {
    this.publish({ type: 'server-tool-progress', tool: this.#tool, ...defined({ status, data: soundJson(data) }) })
  }

  override finish(end?: ServerToolEnd): void {
    super.finish(end === undefined ? end : soundServerToolEnd(end))
  }

  protected override toBlock({ outcome, fields, end }: Closing<ServerToolEnd>, segment: Segment): Block {
    const tool = this.#tool
    const facts = { ...this.#name, ...defined({ input: end?.input, output: end?.output }) }
    segment.publish({ type: 'server-tool-finished', tool, outcome, ...facts })
    return providerBlock(tool, { ...fields, ...facts })
  }
}

/** @throws EngineError `protocol` when there is no name. */
export function assertNamed(name: string, problem: string): void {
  if (name.trim() === '') throw new EngineError('protocol', problem)
}
