import type { Context } from '@geppetto/context'
import { correlationFrom, hubFrom, openSegment, publish, type Segment, withCorrelation } from '@geppetto/events'
import {
  appendBlocks,
  assistantBlock,
  type Block,
  type BlockFields,
  defined,
  type ErrorData,
  type JsonValue,
  type NativePart,
  type ProviderCallRecord,
  parseToolInput,
  providerBlock,
  reasoningBlock,
  type StopReason,
  type ToolCallInput,
  type Turn,
  toErrorData,
  toolCallBlock,
  withProviderCall,
} from '@geppetto/turns'
import type { CallUpdate, DecoderOutput, ServerToolWriter, TextWriter, ToolCallWriter } from './adapter.ts'
import type { EngineInfo } from './engine.ts'
import { EngineError } from './engine-error.ts'

/** How a piece of output ended. */
type Outcome = 'completed' | 'cancelled' | 'failed'

/** One piece of output: closes itself once, and then has a block unless nothing is worth keeping. */
interface Piece {
  block: Block | undefined
  readonly close: (outcome: Outcome) => void
}

/**
 * The one way for an engine to say what a model says: publishes each piece to the sinks of the context as it comes, and makes the
 * blocks of the turn from the same pieces. Used by `createAdapterEngine`, and by engines that have no wire.
 */
export class ProviderCall implements DecoderOutput {
  /** The context with the call's correlation. */
  readonly ctx: Context
  readonly id: string
  readonly #turn: Turn
  readonly #info: EngineInfo
  readonly #startedAt: number
  readonly #pieces: Piece[] = []
  #open = new Set<Piece>()
  #update: CallUpdate = {}
  #stop: { readonly reason: StopReason; readonly word: string | undefined } | undefined
  #failure: { readonly error: unknown } | undefined
  #activity = 0
  #isOver = false

  /** @internal Use {@link startProviderCall}. */
  constructor(ctx: Context, turn: Turn, info: EngineInfo) {
    this.id = ctx.ids.next('pc')
    this.ctx = withCorrelation(ctx, { providerCallId: this.id, turnId: turn.id })
    this.#turn = turn
    this.#info = info
    this.#startedAt = ctx.clock.now()
    const { api, host, model } = info
    publish(this.ctx, { type: 'provider-call-started', api, host, model })
  }

  /** How many pieces have come: grows with each delta. */
  get activity(): number {
    return this.#activity
  }

  /** Whether the provider said that the answer is whole. */
  get isStopped(): boolean {
    return this.#stop !== undefined
  }

  /** The error that the provider reported inside the answer. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** What to wait for before giving it more: the sinks' back-pressure. */
  get pressure(): Promise<void> | undefined {
    return hubFrom(this.ctx)?.pressure
  }

  text(): TextWriter {
    const segment = this.#openSegment('text')
    segment.publish({ type: 'text-started' })
    return this.#textWriter(segment, (outcome, end) => {
      const { text } = segment
      const facts = outcome === 'completed' ? defined({ refusal: end.refusal, citations: end.citations }) : {}
      segment.publish({ type: 'text-finished', text, outcome, ...facts })
      if (text === '' && outcome !== 'completed') return undefined
      return assistantBlock(text, { ...this.#fields(segment, outcome, end.payload), ...facts })
    })
  }

  reasoning(form?: 'summary' | 'redacted'): TextWriter {
    const segment = this.#openSegment('reasoning')
    segment.publish({ type: 'reasoning-started' })
    return this.#textWriter(segment, (outcome, end) => {
      const { text } = segment
      const facts = defined({ form })
      segment.publish({ type: 'reasoning-finished', text, outcome, ...facts })
      if (text === '' && outcome !== 'completed') return undefined
      return reasoningBlock(text, { ...this.#fields(segment, outcome, end.payload), ...facts })
    })
  }

  toolCall(name: string): ToolCallWriter {
    const callId = this.ctx.ids.next('call')
    const segment = this.#openSegment('tool-call', callId)
    segment.publish({ type: 'tool-call-started', name })
    let payload: JsonValue | undefined
    const piece = this.#piece((outcome) => {
      const input: ToolCallInput = parseToolInput(segment.text, outcome === 'completed')
      segment.publish({ type: 'tool-call-finished', name, input, outcome })
      return toolCallBlock({ callId, name, input }, this.#fields(segment, outcome, payload))
    })
    return {
      callId,
      append: (delta) => this.#append(segment, delta),
      finish: (end) => {
        payload = end?.payload
        piece.close('completed')
      },
    }
  }

  serverTool(tool: string, name?: string): ServerToolWriter {
    const segment = this.#openSegment('text')
    segment.publish({ type: 'server-tool-started', tool, ...defined({ name }) })
    let end: Parameters<ServerToolWriter['finish']>[0] = {}
    const piece = this.#piece((outcome) => {
      const facts = defined({ name, input: end?.input, output: end?.output })
      segment.publish({ type: 'server-tool-finished', tool, outcome, ...facts })
      return providerBlock(tool, { ...this.#fields(segment, outcome, end?.payload), ...facts })
    })
    return {
      progress: (news) => {
        this.#activity++
        segment.publish({ type: 'server-tool-progress', tool, ...news })
      },
      finish: (facts) => {
        end = facts
        piece.close('completed')
      },
    }
  }

  update(news: CallUpdate): void {
    this.#update = { ...this.#update, ...news }
    publish(this.ctx, { type: 'provider-call-updated', ...news })
  }

  stop(reason: StopReason, providerWord?: string): void {
    this.#stop ??= { reason, word: providerWord }
  }

  fail(error: unknown): void {
    this.#failure ??= { error }
  }

  /**
   * The call ended well: the turn with its blocks and its record.
   * @throws EngineError `protocol` when the answer was not stopped, or a piece of it was left open.
   */
  finish(): Turn {
    const stop = this.#stop
    if (stop === undefined) throw new EngineError('protocol', 'the answer ended before its last frame: it is not whole')
    if (this.#open.size > 0) throw new EngineError('protocol', 'the answer ended with a piece of it still open')
    return this.#end('completed', stop.reason, undefined)
  }

  /** The call failed or was cancelled: the error with the turn so far in it. Closes what is open as cut off. */
  abort(error: EngineError): EngineError {
    const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed'
    for (const piece of [...this.#open]) piece.close(outcome)
    const stop = outcome === 'cancelled' ? 'user' : error.code === 'timeout' ? 'deadline' : 'error'
    const partial = this.#end(outcome, stop, error)
    return error.with({ partial, visible: this.#activity > 0 })
  }

  #end(outcome: Outcome, stop: StopReason, error: EngineError | undefined): Turn {
    const { id, ctx } = this
    const data: ErrorData | undefined = error === undefined ? undefined : toErrorData(error)
    const record: ProviderCallRecord = {
      id,
      api: this.#info.api,
      host: this.#info.host,
      model: this.#model,
      outcome,
      stop,
      startedAt: this.#startedAt,
      finishedAt: ctx.clock.now(),
      ...defined({
        runId: correlationFrom(ctx).runId,
        providerStop: this.#stop?.word,
        usage: this.#update.usage,
        responseId: this.#update.responseId,
        error: data,
      }),
    }
    this.#isOver = true
    publish(ctx, { type: 'provider-call-finished', record })
    const blocks = this.#pieces.map((piece) => piece.block).filter((block) => block !== undefined)
    return withProviderCall(appendBlocks(this.#turn, ...blocks), record)
  }

  get #model(): string {
    return this.#update.model ?? this.#info.model
  }

  #openSegment(kind: 'text' | 'reasoning' | 'tool-call', callId?: string): Segment {
    if (this.#isOver) throw new EngineError('internal', 'the provider call is over: nothing can be added to it')
    return openSegment(this.ctx, kind, this.ctx.ids.next('blk'), callId)
  }

  #append(segment: Segment, delta: string): void {
    this.#activity++
    segment.append(delta)
  }

  #textWriter(
    segment: Segment,
    close: (outcome: Outcome, end: NonNullable<Parameters<TextWriter['finish']>[0]>) => Block | undefined,
  ): TextWriter {
    let end: NonNullable<Parameters<TextWriter['finish']>[0]> = {}
    const piece = this.#piece((outcome) => close(outcome, end))
    return {
      append: (delta) => this.#append(segment, delta),
      finish: (facts) => {
        if (facts !== undefined) end = facts
        piece.close('completed')
      },
    }
  }

  #piece(close: (outcome: Outcome) => Block | undefined): Piece {
    const piece: Piece = {
      block: undefined,
      close: (outcome) => {
        if (!this.#open.delete(piece)) return
        piece.block = close(outcome)
      },
    }
    this.#open.add(piece)
    this.#pieces.push(piece)
    return piece
  }

  #fields(segment: Segment, outcome: Outcome, payload: JsonValue | undefined): BlockFields {
    const native: NativePart | undefined =
      payload === undefined
        ? undefined
        : { api: this.#info.api, host: this.#info.host, model: this.#model, group: this.id, payload }
    return {
      createdAt: this.ctx.clock.now(),
      ...defined({
        id: segment.correlation.segmentId,
        runId: segment.correlation.runId,
        complete: outcome === 'completed' ? undefined : (false as const),
        native,
      }),
    }
  }
}

/** Begins a provider call: publishes `provider-call-started`. End it with `finish()` or `abort(error)`. */
export function startProviderCall(ctx: Context, turn: Turn, info: EngineInfo): ProviderCall {
  return new ProviderCall(ctx, turn, info)
}
