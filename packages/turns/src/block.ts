import type { Citation, ContentPart } from './content.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** One entry of a conversation. An immutable value, frozen when made; a changed block is a new one, under the same id or a new one. */
export type Block =
  | SystemBlock
  | UserBlock
  | AssistantBlock
  | ReasoningBlock
  | ToolCallBlock
  | ToolResultBlock
  | ProviderBlock
  | UnknownBlock

/** What all blocks have. */
export interface BlockBase {
  /** Unique in the conversation. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** The run that made it; absent for what was there before. */
  readonly runId?: string
  /** Who said it, where several users or agents take part. */
  readonly author?: string
  /** Only ever false: the block was cut off before its end. */
  readonly complete?: false
  /** Facts about the block that do not go to the model. */
  readonly metadata: JsonObject
  /** The provider's own form of it. */
  readonly native?: NativePart
}

/** Opaque data of a provider: sent back value-exact, and only where api, host and model family match. */
export interface NativePart {
  /** The wire format, such as `anthropic-messages`. */
  readonly api: string
  /** Who serves it. */
  readonly host: string
  /** The model that was asked; the one that answered may have another name. */
  readonly model: string
  /** The blocks of one provider message share it: they are replayed together or not at all. */
  readonly group: string
  readonly payload: JsonValue
}

export interface SystemBlock extends BlockBase {
  readonly kind: 'system'
  readonly text: string
}

export interface UserBlock extends BlockBase {
  readonly kind: 'user'
  readonly content: readonly ContentPart[]
}

export interface AssistantBlock extends BlockBase {
  readonly kind: 'assistant'
  readonly text: string
  /** The text says that the model will not do it. */
  readonly refusal?: true
  readonly citations?: readonly Citation[]
}

export interface ReasoningBlock extends BlockBase {
  readonly kind: 'reasoning'
  /** May be empty: a redacted or encrypted block has its content in `native` alone. */
  readonly text: string
  /** What the text is; absent: the reasoning itself. */
  readonly form?: 'summary' | 'redacted'
  /** Only ever false: it was cut off, so no provider may get it back. */
  readonly replayable?: false
}

export interface ToolCallBlock extends BlockBase {
  readonly kind: 'tool-call'
  /** Our id of the call, fit for every API; the provider's own is in `native`. */
  readonly callId: string
  readonly name: string
  readonly input: ToolCallInput
}

/** The arguments of a call: a value only when they arrived whole and are JSON. Anything else is never run. */
export type ToolCallInput =
  | { readonly state: 'parsed'; readonly value: JsonValue }
  | { readonly state: 'incomplete' | 'malformed'; readonly raw: string }

export interface ToolResultBlock extends BlockBase {
  readonly kind: 'tool-result'
  readonly callId: string
  readonly name: string
  readonly outcome: ToolOutcome
  readonly content: readonly ContentPart[]
}

/** How a tool call ended. */
export type ToolOutcome =
  | 'ok'
  /** The tool or its input was at fault; the content says what. */
  | 'error'
  /** Somebody may not run it. */
  | 'denied'
  | 'timed-out'
  /** Cancelled before it was started, or while a tool without side effects ran. */
  | 'cancelled'
  /** Left out on purpose, as at the iteration limit. */
  | 'not-run'
  /** It was started, and nobody saw how it ended. */
  | 'unknown'
  /** It runs elsewhere or waits for an approval; its result will replace this one under the same id. */
  | 'pending'

/** Something that a provider did or keeps on its side: a server-side tool call, an item that must be sent back. */
export interface ProviderBlock extends BlockBase {
  readonly kind: 'provider'
  /** The provider's word for it, such as `web_search_call`. */
  readonly type: string
  /** The server-side tool's name. */
  readonly name?: string
  readonly input?: JsonValue
  readonly output?: JsonValue
}

/** A block of a kind that this version does not know: read from storage, kept as it was, never sent. */
export interface UnknownBlock extends BlockBase {
  readonly kind: 'unknown'
  /** The whole block as stored. */
  readonly stored: JsonObject
}
