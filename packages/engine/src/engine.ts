import type { Context } from '@geppetto/context'
import type { Degradation } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'

/** What an engine is: for banners, records, and the match of a provider's own data. */
export interface EngineInfo {
  /** The wire format, such as `anthropic-messages`; for an engine without a wire its own name. */
  readonly api: string
  /** Who serves it, such as `api.openai.com`, or `embedded`. */
  readonly host: string
  readonly model: string
  /** One sentence for people. */
  readonly description?: string
}

/**
 * One provider call: takes a turn that is sealed, publishes what arrives to the sinks of the context, returns the turn with the generated blocks
 * appended. Rejects with an `EngineError` that carries what had arrived; a turn that is not valid with `invalid_request`, and nothing is sent.
 */
export interface Engine {
  readonly info: EngineInfo
  runInference(ctx: Context, turn: Turn): Promise<Turn>
  /** The exact request that {@link Engine.runInference} would send; absent where there is no wire. */
  prepare?(ctx: Context, turn: Turn): PreparedRequest
  /**
   * How many input tokens the provider says that the request of {@link Engine.runInference} has; absent where its API does not count. A request of its
   * own, without events and records. For a guess without a request see `estimateTokens`. Rejects with an `EngineError`.
   */
  countTokens?(ctx: Context, turn: Turn): Promise<number>
}

/** An engine that sends requests: what it sends can be shown. */
export interface WireEngine extends Engine {
  prepare(ctx: Context, turn: Turn): PreparedRequest
}

/** An engine whose API also counts tokens. */
export interface CountingEngine extends WireEngine {
  countTokens(ctx: Context, turn: Turn): Promise<number>
}

/** An engine's one method, as middlewares see it. */
export type RunInference = (ctx: Context, turn: Turn) => Promise<Turn>

/** Wraps a provider call: may change what goes in and what comes out, call again, or not at all. Give it a name with {@link defineMiddleware}. */
export type Middleware = (next: RunInference) => RunInference

/** Names a middleware: the name is written on the blocks that it changes. */
export function defineMiddleware(name: string, middleware: Middleware): Middleware {
  const named: Middleware = (next) => middleware(next)
  return Object.defineProperty(named, 'name', { value: name })
}

/** A request as it goes to the wire, without secrets. */
export interface PreparedRequest {
  readonly model: string
  readonly method: 'POST'
  /** Below the transport's base address. */
  readonly path: string
  /** Without secrets: those are added by the transport. */
  readonly headers: { readonly [name: string]: string }
  /** The body's exact text. */
  readonly body: string
  /** Whether the answer is asked for as a stream. */
  readonly stream: boolean
  /** What of the turn could not be said as it stands. */
  readonly degradations: readonly Degradation[]
  /** What its transport makes of it, for people: set by `prepare` of an engine whose transport can say. */
  readonly target?: RequestTarget
}

/** Where a request goes, and with what, as far as that is known before it is sent. What is called a secret shows as `***`. */
export interface RequestTarget {
  /** The whole address. */
  readonly address: string
  /** The request's own headers, and those of the transport. */
  readonly headers: { readonly [name: string]: string }
}
