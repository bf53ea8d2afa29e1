import { type Context, untilAborted } from '@geppetto/context'
import {
  correlationFrom,
  type Degradation,
  type EventDraft,
  hubFrom,
  openSegment,
  type SegmentKind,
  type SegmentOutcome,
  withCorrelation,
} from '@geppetto/events'
import {
  adoptFields,
  appendBlocks,
  defined,
  type NativePart,
  type ProviderCallRecord,
  type StopReason,
  type Turn,
  toErrorData,
  withProviderCall,
} from '@geppetto/turns'
import type {
  CallUpdate,
  DecoderOutput,
  ReasoningWriter,
  SegmentEnd,
  ServerToolWriter,
  TextWriter,
  ToolCallWriter,
} from './adapter.ts'
import { cancelledError, stopOf } from './cancelled.ts'
import type { EngineInfo } from './engine.ts'
import { EngineError, isEngineError, toEngineError, withFacts } from './engine-error.ts'
import type { Activity, OutputPiece, PieceStart } from './output-piece.ts'
import { assertSendable } from './sendable-turn.ts'
import { soundJson, soundUsage } from './sound-output.ts'
import { assertNamed, ReasoningPiece, ServerToolPiece, TextPiece, ToolCallPiece } from './writers.ts'

/** What the call itself does with a piece. */
type OpenPiece = Pick<OutputPiece, 'text' | 'isOpen' | 'block' | 'close'>

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
  readonly #activity: Activity = { count: 0 }
  readonly #pieces: OpenPiece[] = []
  #hasTools = false
  #update: CallUpdate = {}
  #stop: { readonly reason: StopReason; readonly word: string | undefined } | undefined
  #failure: { readonly error: unknown } | undefined
  #ending: { readonly turn: Turn; readonly error: EngineError | undefined } | undefined

  /** @internal Use {@link startProviderCall}. */
  constructor(ctx: Context, turn: Turn, info: EngineInfo, degradations: readonly Degradation[]) {
    this.id = ctx.ids.next('pc')
    this.ctx = withCorrelation(ctx, { providerCallId: this.id, turnId: turn.id })
    this.#turn = turn
    this.#info = info
    this.#startedAt = ctx.clock.now()
    const { api, host, model } = info
    const degraded = degradations.length === 0 ? undefined : { degradations }
    this.#publish({ type: 'provider-call-started', api, host, model, ...degraded })
  }

  /** Grows with each piece of content that comes, begins or ends. */
  get activity(): number {
    return this.#activity.count
  }

  /** Whether the provider said that the answer is whole. */
  get isStopped(): boolean {
    return this.#stop !== undefined
  }

  /** The error that the provider reported inside the answer. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** What to wait for before giving it more, and before its end: the sinks' back-pressure. Rejects when the context aborts. */
  get pressure(): Promise<void> | undefined {
    const pending = hubFrom(this.ctx)?.pressure
    return pending === undefined ? undefined : untilAborted(this.ctx.signal, pending)
  }

  text(): TextWriter {
    return this.#add(new TextPiece(this.#begin('text')))
  }

  reasoning(form?: 'summary' | 'redacted'): ReasoningWriter {
    return this.#add(new ReasoningPiece(this.#begin('reasoning'), form))
  }

  toolCall(name: string): ToolCallWriter {
    assertNamed(name, 'the answer calls a tool without a name')
    const callId = this.ctx.ids.next('call')
    const piece = this.#add(new ToolCallPiece(this.#begin('tool-call', callId), name, callId))
    this.#hasTools = true
    return piece
  }

  serverTool(tool: string, name?: string): ServerToolWriter {
    assertNamed(tool, 'the answer holds a server tool without a type')
    const piece = this.#add(new ServerToolPiece(this.#begin('text'), tool, name))
    this.#hasTools = true
    return piece
  }

  update(news: CallUpdate): void {
    this.#assertGoingOn()
    const sound = news.usage === undefined ? news : { ...news, usage: soundUsage(news.usage) }
    this.#update = { ...this.#update, ...sound }
    this.#publish({ type: 'provider-call-updated', ...sound })
  }

  stop(reason: StopReason, providerWord?: string): void {
    this.#assertGoingOn()
    this.#stop ??= { reason, word: providerWord }
  }

  fail(error: unknown): void {
    this.#assertGoingOn()
    this.#failure ??= { error }
  }

  /**
   * The call ended well: the turn with its blocks and its record. Called again, it returns the same.
   * @throws EngineError `protocol` when the answer was not stopped, or a piece of it was left open; the call then still has to be aborted.
   */
  finish(): Turn {
    if (this.#ending?.error !== undefined) throw this.#ending.error
    if (this.#ending !== undefined) return this.#ending.turn
    if (this.#failure !== undefined) throw toEngineError(this.#failure.error, 'protocol')
    if (this.#stop === undefined)
      throw new EngineError('protocol', 'the answer ended before its last frame: it is not whole')
    if (this.#pieces.some((piece) => piece.isOpen))
      throw new EngineError('protocol', 'the answer ended with a piece of it still open')
    const turn = this.#end('completed', this.#stop.reason)
    this.#ending = { turn, error: undefined }
    return turn
  }

  /**
   * The call failed or was cancelled: the error to throw, with the turn so far in it. Closes what is open as cut off. Called
   * again, it returns the same.
   * @param thrown what went wrong: an `EngineError` as it is; anything else is `cancelled` when the context has aborted, else `internal`.
   */
  abort(thrown: unknown): EngineError {
    if (this.#ending?.error !== undefined) return this.#ending.error
    const { signal } = this.ctx
    const error = isEngineError(thrown)
      ? thrown
      : signal.aborted
        ? cancelledError(signal.reason)
        : toEngineError(thrown, 'internal')
    const visible = this.#hasTools || this.#pieces.some((piece) => piece.text !== '')
    if (this.#ending !== undefined) return withFacts(error, { partial: this.#ending.turn, visible })
    const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed'
    for (const piece of this.#pieces) piece.close(outcome)
    const partial = this.#end(outcome, stopOf(error), error)
    const ended = withFacts(error, { partial, visible })
    this.#ending = { turn: partial, error: ended }
    return ended
  }

  #end(outcome: SegmentOutcome, stop: StopReason, error?: EngineError): Turn {
    const { id, ctx } = this
    const { api, host } = this.#info
    const facts: ProviderCallRecord = {
      id,
      api,
      host,
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
        error: error === undefined ? undefined : toErrorData(error),
      }),
    }
    const record = adoptFields(facts, 'record')
    const blocks = this.#pieces.map((piece) => piece.block).filter((block) => block !== undefined)
    const turn = withProviderCall(appendBlocks(this.#turn, ...blocks), record)
    // Last, so that nobody hears the end of a call twice: what cannot be kept fails before.
    this.#publish({ type: 'provider-call-finished', record })
    return turn
  }

  #publish(draft: EventDraft): void {
    hubFrom(this.ctx)?.publish(draft, correlationFrom(this.ctx))
  }

  get #model(): string {
    return this.#update.model ?? this.#info.model
  }

  #assertGoingOn(): void {
    if (this.#ending === undefined) return
    throw new EngineError('internal', 'the provider call is over: nothing can be added to it')
  }

  #begin(kind: SegmentKind, callId?: string): PieceStart {
    this.#assertGoingOn()
    const { ctx } = this
    const id = ctx.ids.next('blk')
    const createdAt = ctx.clock.now()
    const segment = openSegment(ctx, kind, id, callId)
    return {
      segment,
      activity: this.#activity,
      fieldsOf: (outcome, end) => ({
        id,
        createdAt,
        ...defined({
          runId: segment.correlation.runId,
          complete: outcome === 'completed' ? undefined : (false as const),
          native: this.#native(end),
        }),
      }),
    }
  }

  #add<Piece extends OpenPiece>(piece: Piece): Piece {
    this.#pieces.push(piece)
    return piece
  }

  #native(end: SegmentEnd | undefined): NativePart | undefined {
    const payload = soundJson(end?.payload)
    if (payload === undefined) return undefined
    // The model that was asked: routers and aliases answer under other names, and the next request asks by the same one.
    const { api, host, model } = this.#info
    return { api, host, model, group: this.id, payload }
  }
}

/**
 * Begins a provider call: publishes `provider-call-started`. End it with `finish()` or `abort(error)`.
 * @param degradations what of the turn could not be said as it stands; told with the first event.
 * @throws EngineError `cancelled` when the context has aborted already, `invalid_request` when the turn is not sealed or not valid.
 */
export function startProviderCall(
  ctx: Context,
  turn: Turn,
  info: EngineInfo,
  degradations: readonly Degradation[] = [],
): ProviderCall {
  if (ctx.signal.aborted) throw cancelledError(ctx.signal.reason, { partial: turn })
  assertSendable(turn)
  return new ProviderCall(ctx, turn, info, degradations)
}
