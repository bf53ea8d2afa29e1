import type { Citation, InferenceConfig, JsonValue, StopReason, Turn, Usage } from '@geppetto/turns'
import type { PreparedRequest } from './engine.ts'
import type { EngineError } from './engine-error.ts'

/**
 * What is special about one wire format. Pure: no I/O, no timers, no retries; `createAdapterEngine(adapter, transport)` makes the engine.
 */
export interface ProviderAdapter {
  /** The wire format's name: `openai-chat`, `openai-responses`, `anthropic-messages`. */
  readonly api: string
  readonly constraints: TurnConstraints
  /** Turn to request. What the turn's data says wins over `defaults`. @throws EngineError `unsupported` naming the block. */
  prepare(turn: Turn, defaults: InferenceConfig): PreparedRequest
  /** Wire events to blocks and events. */
  decode(output: DecoderOutput): Decoder
  /** A whole JSON answer to blocks and events. */
  decodeJson(body: unknown, output: DecoderOutput): void
  /** A failed response, or an error inside a stream, to a typed error. */
  classify(failure: WireFailure): EngineError
}

/** Takes the frames of one streamed answer. */
export interface Decoder {
  event(name: string, data: string): void
  /** The stream has ended. A decoder that has not seen its terminal frame just returns: the engine then reports the cut. */
  end(): void
}

/** What an API accepts beyond what makes a turn valid, as data. */
export interface TurnConstraints {
  /** What a tool-call id must match, as the source of a regular expression. */
  readonly toolCallId?: string
  /** What a tool's name must match, as the source of a regular expression. */
  readonly toolName?: string
  /** Which content parts may stand where. */
  readonly media?: {
    readonly user: readonly ('text' | 'image' | 'file' | 'audio')[]
    readonly toolResult: readonly ('text' | 'image' | 'file' | 'audio')[]
  }
  /** Whether user and assistant must alternate. */
  readonly alternatingRoles?: boolean
  /** Where system text may stand. */
  readonly system?: 'first' | 'anywhere'
}

/** What went wrong on the wire. */
export type WireFailure =
  /** A response with an error status. */
  | {
      readonly kind: 'response'
      readonly status: number
      readonly header: (name: string) => string | undefined
      readonly body: string
    }
  /** An error inside a response that had begun well. */
  | { readonly kind: 'stream'; readonly error: unknown }

/** Where a decoder puts what it reads. Segments may be open side by side; each is finished once. */
export interface DecoderOutput {
  text(): TextWriter
  reasoning(form?: 'summary' | 'redacted'): TextWriter
  toolCall(name: string): ToolCallWriter
  /** @param tool the provider's word for it. */
  serverTool(tool: string, name?: string): ServerToolWriter
  /** News about the call; what is absent stays as it was. */
  update(news: CallUpdate): void
  /** The terminal frame was seen: the answer is whole. */
  stop(reason: StopReason, providerWord?: string): void
  /** The provider reported an error inside the answer. Nothing after it counts. */
  fail(error: unknown): void
}

/** What a decoder learns about the call as it goes. */
export interface CallUpdate {
  readonly model?: string
  readonly responseId?: string
  readonly usage?: Usage
}

/** What a finished segment leaves for replay: opaque to everybody but the adapter. */
export interface SegmentEnd {
  readonly payload?: JsonValue
}

export interface TextWriter {
  append(delta: string): void
  finish(end?: SegmentEnd & { readonly refusal?: true; readonly citations?: readonly Citation[] }): void
}

export interface ToolCallWriter {
  /** Our id of the call. */
  readonly callId: string
  /** Adds to the arguments' JSON text. */
  append(delta: string): void
  /** The provider closed the call: its arguments are whole. */
  finish(end?: SegmentEnd): void
}

export interface ServerToolWriter {
  progress(news: { readonly status?: string; readonly data?: JsonValue }): void
  finish(end?: SegmentEnd & { readonly input?: JsonValue; readonly output?: JsonValue }): void
}
