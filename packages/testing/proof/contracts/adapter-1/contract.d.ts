// The contract of adapters, version 1, as the package `engine` declared it. Never changed: see ../README.md.
import type { Citation, InferenceConfig, JsonValue, StopReason, Turn, Usage } from '@geppetto/turns';
import type { Degradation, EngineError, RequestTarget } from '@geppetto/engine';
/**
 * What is special about one wire format. Pure: no I/O, no timers, no retries; `createAdapterEngine(adapter, transport)` makes the engine.
 */
export interface ProviderAdapter {
    /** The wire format's name: `openai-chat`, `openai-responses`, `anthropic-messages`. */
    readonly api: string;
    readonly constraints: TurnConstraints;
    /** The response header with the provider's id of the request, such as `x-request-id`: written on every error of a call. */
    readonly requestIdHeader?: string;
    /**
     * Turn to request. The engine gives it turns that are sealed and valid alone. What the turn's data says wins over `defaults`; `host` says whose opaque data may be sent back.
     * @throws EngineError `unsupported` naming the block.
     */
    prepare(turn: Turn, defaults: ModelDefaults, host: string): PreparedRequest;
    /** Wire events to blocks and events. */
    decode(output: DecoderOutput): Decoder;
    /** A whole JSON answer to blocks and events. */
    decodeJson(body: unknown, output: DecoderOutput): void;
    /** A failed response, or an error inside a stream, to a typed error. */
    classify(failure: WireFailure): EngineError;
    /** The request that asks how many input tokens the turn has, where the API counts; then `readCount` is there too. Its answer is no stream. */
    prepareCount?(turn: Turn, defaults: ModelDefaults, host: string): PreparedRequest;
    /** The number in the JSON answer to the request of `prepareCount`. What it throws, unless it is an `EngineError`, is reported as `protocol`. */
    readCount?(body: unknown): number;
}
/** An adapter of an API that counts tokens. */
export type CountingAdapter = ProviderAdapter & Required<Pick<ProviderAdapter, 'prepareCount' | 'readCount'>>;
/** What to ask for where the turn's data does not say; its `model` is the engine's. */
export type ModelDefaults = InferenceConfig & {
    readonly model: string;
};
/** Takes the frames of one streamed answer. What it throws, unless it is an `EngineError`, is reported as `protocol`: the wire held what nobody expects. */
export interface Decoder {
    /** One frame; none comes after `stop` or `fail`. */
    event(name: string, data: string): void;
    /** The stream has ended. A decoder that has not seen its terminal frame just returns: the engine then reports the cut. */
    end(): void;
}
/** What an API accepts beyond what makes a turn valid, as data. */
export interface TurnConstraints {
    /** What a tool-call id must match, as the source of a regular expression. */
    readonly toolCallId?: string;
    /** What a tool's name must match, as the source of a regular expression. */
    readonly toolName?: string;
    /** Which content parts may stand where. */
    readonly media?: {
        readonly user: readonly ('text' | 'image' | 'file' | 'audio')[];
        readonly toolResult: readonly ('text' | 'image' | 'file' | 'audio')[];
    };
    /** Whether user and assistant must alternate. */
    readonly alternatingRoles?: boolean;
    /** Where system text may stand. */
    readonly system?: 'first' | 'anywhere';
}
/** What went wrong on the wire, with the response's headers; `date` where there is none is when it came. */
export type WireFailure = {
    readonly header: (name: string) => string | undefined;
} & ({
    /** A response with an error status. */
    readonly kind: 'response';
    readonly status: number;
    /** Its first MiB, without the secrets that were sent; empty where it is a page. Of a stream, its first report. */
    readonly body: string;
} | {
    /** An error inside a response that had begun well. */
    readonly kind: 'stream';
    /** What was given to `fail`. */
    readonly error: unknown;
});
/** Where a decoder puts what it reads. Segments may be open side by side; each is finished once. */
export interface DecoderOutput {
    text(): TextWriter;
    reasoning(form?: 'summary' | 'redacted'): ReasoningWriter;
    /** @throws EngineError `protocol` when the name is empty: wait for it. */
    toolCall(name: string): ToolCallWriter;
    /** @param tool the provider's word for it. */
    serverTool(tool: string, name?: string): ServerToolWriter;
    /** News about the call; what is absent stays as it was. */
    update(news: CallUpdate): void;
    /** The terminal frame was seen: the answer is whole. The first call counts. */
    stop(reason: StopReason, providerWord?: string): void;
    /** The provider reported an error inside the answer. Nothing after it counts. */
    fail(error: unknown): void;
}
/** What a decoder learns about the call as it goes. */
export interface CallUpdate {
    readonly model?: string;
    readonly responseId?: string;
    readonly usage?: Usage;
}
/** What a finished segment leaves for replay: opaque to everybody but the adapter. */
export interface SegmentEnd {
    readonly payload?: JsonValue;
}
/** What a finished text leaves. */
export interface TextEnd extends SegmentEnd {
    readonly refusal?: true;
    /** Those that were not given to `cite`. */
    readonly citations?: readonly Citation[];
}
/** What grows by pieces. */
export interface PieceTarget {
    /** Pieces may be cut within a character: its halves are said together, and one that never finds its other half as U+FFFD. */
    append(piece: string): void;
}
/** A writer of what is accumulated: adapters need no copy of their own. */
export interface GrowingWriter extends PieceTarget {
    /** What was appended so far, as it is said. Joined when it is read, so not for each piece. */
    readonly text: string;
}
export interface TextWriter extends GrowingWriter {
    /** A citation of what was said so far: published now, and on the block at the end, also after a failure. */
    cite(citation: Citation): void;
    finish(end?: TextEnd): void;
}
export interface ReasoningWriter extends GrowingWriter {
    finish(end?: SegmentEnd): void;
}
/** Its text is the arguments' JSON. */
export interface ToolCallWriter extends GrowingWriter {
    /** Our id of the call. */
    readonly callId: string;
    /** The provider closed the call: its arguments are whole, and may be run. */
    finish(end?: SegmentEnd): void;
    /** The answer is whole and this call in it is not, as at a token limit: its arguments are never run, whatever they look like. */
    cutOff(end?: SegmentEnd): void;
}
export interface ServerToolWriter {
    progress(news: {
        readonly status?: string;
        readonly data?: JsonValue;
    }): void;
    finish(end?: ServerToolEnd): void;
}
/** What a finished server tool leaves. */
export interface ServerToolEnd extends SegmentEnd {
    readonly input?: JsonValue;
    readonly output?: JsonValue;
}
/** A request. */
export interface PreparedRequest {
    readonly model: string;
    readonly method: 'POST';
    /** Below the transport's base address. */
    readonly path: string;
    /** Without secrets: those are added by the transport. */
    readonly headers: {
        readonly [name: string]: string;
    };
    /** The body's exact text. */
    readonly body: string;
    /** Whether the answer is asked for as a stream. */
    readonly stream: boolean;
    /** What of the turn could not be said as it stands. */
    readonly degradations: readonly Degradation[];
    /** What its transport makes of it, for people: set by `prepare` of an engine whose transport can say. */
    readonly target?: RequestTarget;
}
