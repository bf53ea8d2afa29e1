import { defined, GeppettoError, isOfFamily, type SchemaIssue, type Turn, toErrorData } from '@geppetto/turns'

/** What kind of failure a provider call met. */
export type EngineErrorCode =
  /** The key is missing or wrong. */
  | 'auth'
  | 'permission'
  /** The model or address does not exist. */
  | 'not_found'
  | 'rate_limit'
  /** The account has no more credit. */
  | 'quota'
  | 'overloaded'
  /** The service failed on its side. */
  | 'unavailable'
  | 'context_overflow'
  | 'content_filter'
  | 'invalid_request'
  /** The turn holds something that the API or model cannot take; nothing was sent. */
  | 'unsupported'
  | 'timeout'
  | 'network'
  /** The answer was not what the API promises: cut off, not JSON, HTML. */
  | 'protocol'
  | 'cancelled'
  /** The answer does not have the form that was asked for. */
  | 'invalid_output'
  /** A middleware lost blocks of its input. */
  | 'turn_shrunk'
  /** The program is wired in a way that cannot work. */
  | 'invalid_options'
  | 'internal'

const retryableCodes: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  'rate_limit',
  'overloaded',
  'unavailable',
  'timeout',
  'network',
  'protocol',
])

/** The facts of an {@link EngineError}. */
export interface EngineErrorFacts {
  /** Default: by the code. */
  readonly retryable?: boolean
  /** The HTTP status, where there was a response. */
  readonly status?: number
  /** The provider's own word. */
  readonly providerCode?: string
  readonly requestId?: string
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number
  /** The turn so far: its input and what had arrived. */
  readonly partial?: Turn
  /** Whether content had been published. Default false. */
  readonly visible?: boolean
  /** Where the answer does not fit the schema (`invalid_output`). */
  readonly issues?: readonly SchemaIssue[]
  readonly cause?: unknown
}

/** A provider call failed or was cancelled. Carries what had arrived, so that nothing is lost. Never a secret: headers are left out. */
export class EngineError extends GeppettoError {
  override readonly name: string = 'EngineError'
  declare readonly code: EngineErrorCode
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  declare readonly status?: number
  declare readonly providerCode?: string
  declare readonly requestId?: string
  declare readonly retryAfterMs?: number
  declare readonly partial?: Turn
  declare readonly issues?: readonly SchemaIssue[]
  readonly visible: boolean

  constructor(code: EngineErrorCode, message: string, facts: EngineErrorFacts = {}) {
    super('geppetto/engine', code, message, facts.cause === undefined ? {} : { cause: facts.cause })
    this.retryable = facts.retryable ?? retryableCodes.has(code)
    this.visible = facts.visible ?? false
    const { status, providerCode, requestId, retryAfterMs, partial, issues } = facts
    Object.assign(this, defined({ status, providerCode, requestId, retryAfterMs, issues }))
    // Not enumerable: a logged error shall not print the conversation.
    if (partial !== undefined) Object.defineProperty(this, 'partial', { value: partial })
  }
}

/**
 * `error` with other facts, or another message; it stays as it is. What comes is of its class, with its code, its own fields and its stack. It may be of
 * another copy of this package; only private fields of a class of your own are lost.
 */
export function withFacts<E extends EngineError>(error: E, facts: EngineErrorFacts & { readonly message?: string }): E {
  const changed: E = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error))
  const own: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(error)
  const fields: PropertyDescriptorMap = {
    // What an error of another copy may lack.
    retryable: { value: retryableCodes.has(error.code), enumerable: true },
    visible: { value: false, enumerable: true },
    ...own,
  }
  // By its value: an engine may have it as an accessor that only works on the error it was made for.
  const { message = error.message } = facts
  const stack = error.stack?.replace(error.message, () => message)
  for (const [name, value] of Object.entries({ stack, ...facts }))
    if (value !== undefined) fields[name] = { value, enumerable: !hiddenFields.has(name) }
  return Object.defineProperties(changed, fields)
}

/** A logged error shall not print the conversation; the rest is what every error hides. */
const hiddenFields: ReadonlySet<string> = new Set(['partial', 'cause', 'stack', 'message'])

/** Whether `error` is an {@link EngineError}. */
export function isEngineError(error: unknown): error is EngineError {
  return isOfFamily(error, 'geppetto/engine')
}

/** A middleware returned a turn that lacks blocks of its input. The input stays in the history. */
export class TurnShrunkError extends EngineError {
  override readonly name = 'TurnShrunkError'
  readonly middleware: string
  /** The ids of the blocks that are missing. */
  readonly missing: readonly string[]

  constructor(middleware: string, missing: readonly string[]) {
    super(
      'turn_shrunk',
      `middleware ${middleware} lost ${missing.length} block(s) of its input (${missing.slice(0, 3).join(', ')}): to send less than is kept, call next with withView(turn, blocks)`,
    )
    this.middleware = middleware
    this.missing = missing
  }
}

/** Whether `error` is a {@link TurnShrunkError}. */
export function isTurnShrunkError(error: unknown): error is TurnShrunkError {
  return isEngineError(error) && error.code === 'turn_shrunk'
}

/** Any thrown value as an {@link EngineError}: itself if it is one (`facts` are then passed over), else one with the code and the value as its cause. */
export function toEngineError(thrown: unknown, code: EngineErrorCode, facts: EngineErrorFacts = {}): EngineError {
  if (isEngineError(thrown)) return thrown
  return new EngineError(code, toErrorData(thrown).message, { cause: thrown, ...facts })
}
