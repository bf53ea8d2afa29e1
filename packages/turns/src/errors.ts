/** What every error of the family of packages has. Each package has its own class; recognise them with its `is…Error` guard, never with `instanceof`. */
export class GeppettoError extends Error {
  /** Stable and machine-readable; documented per class. */
  readonly code: string
  /** Which package's error it is: `geppetto/session`. The mark by which two copies of a package recognise each other's. */
  readonly family: string

  constructor(family: string, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.family = family
    this.code = code
  }
}

/** Whether `error` was made by the named family of this or another copy of the packages. */
export function isOfFamily(error: unknown, family: string): error is GeppettoError {
  // By form: errors of another realm or copy are no instances of ours. All that the guards promise must be there to be read.
  return (
    readField(error, 'family') === family &&
    typeof readField(error, 'code') === 'string' &&
    typeof readField(error, 'message') === 'string'
  )
}

/** A field of whatever was thrown; undefined where reading it throws, as getters and proxies may. */
function readField(thrown: unknown, name: string): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  try {
    return Reflect.get(thrown, name)
  } catch {
    // What cannot be read tells us nothing; that something was thrown is known anyway.
    return undefined
  }
}

/** What can be wrong with a turn, a block, a typed key or stored data. */
export type TurnErrorCode =
  | 'invalid_block'
  | 'invalid_turn'
  | 'invalid_value'
  | 'invalid_schema'
  | 'invalid_stored_turn'
  | 'unsupported_version'
  | 'no_such_block'

/** Thrown where a block or turn is made, checked or read, for what the caller can mend. */
export class TurnError extends GeppettoError {
  override readonly name = 'TurnError'
  declare readonly code: TurnErrorCode
  /** Where it is wrong, as a path: `blocks[2].content[0].text`. */
  readonly field: string | undefined

  constructor(code: TurnErrorCode, message: string, options: ErrorOptions & { readonly field?: string } = {}) {
    super('geppetto/turns', code, message, options)
    this.field = options.field
  }
}

/** Whether `error` is a {@link TurnError}. */
export function isTurnError(error: unknown): error is TurnError {
  return isOfFamily(error, 'geppetto/turns')
}

/** An error as data: what events, records and stores hold of it. Never a stack, never a header. */
export interface ErrorData {
  readonly name: string
  /** Stable and machine-readable; `unknown` for a foreign error that has none. */
  readonly code: string
  readonly message: string
  readonly retryable?: boolean
  /** The HTTP status, where there was a response. */
  readonly status?: number
  /** The provider's own word for it. */
  readonly providerCode?: string
  readonly requestId?: string
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number
  readonly cause?: ErrorData
}

/** How many causes deep an error is recorded. */
const maxCauses = 4

/**
 * Turns any thrown value into data. Keeps the facts of our own errors and the causes' names and messages, four causes deep.
 * Never throws, whatever was thrown.
 */
export function toErrorData(error: unknown): ErrorData {
  return describeError(error, new Set())
}

function describeError(error: unknown, seen: Set<unknown>): ErrorData {
  if (typeof error !== 'object' || error === null || stringField(error, 'message') === undefined)
    return { name: 'Error', code: 'unknown', message: describeThrown(error) }
  seen.add(error)
  const cause = readField(error, 'cause')
  const isRecorded = cause !== undefined && cause !== null && seen.size <= maxCauses && !seen.has(cause)
  const retryable = readField(error, 'retryable')
  return {
    name: stringField(error, 'name') ?? 'Error',
    code: stringField(error, 'code') ?? 'unknown',
    message: messageOf(error),
    ...defined({
      retryable: typeof retryable === 'boolean' ? retryable : undefined,
      status: numberField(error, 'status'),
      providerCode: stringField(error, 'providerCode'),
      requestId: stringField(error, 'requestId'),
      retryAfterMs: numberField(error, 'retryAfterMs'),
      cause: isRecorded ? describeError(cause, seen) : undefined,
    }),
  }
}

/** The message; for an aggregate without one, as a refused connection is, the messages of what it holds. */
function messageOf(error: object): string {
  const message = stringField(error, 'message') ?? ''
  const parts = readField(error, 'errors')
  if (message !== '' || !Array.isArray(parts)) return message
  return parts.map((part: unknown) => stringField(part, 'message') ?? describeThrown(part)).join('; ')
}

/** The fields of `fields` that are not undefined: for building data whose optional fields are absent, not undefined. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const name in fields) {
    const value = fields[name]
    // True because undefined was just ruled out.
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>
  }
  return kept
}

function describeThrown(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inJson(thrown)
}

function inJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // Cyclic, too deep, or a BigInt.
    return asTag(value)
  }
}

function asTag(value: unknown): string {
  try {
    // String() would throw on an object without a prototype.
    return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value)
  } catch {
    // A proxy whose handler throws: nothing at all can be asked of it.
    return '[an object that cannot be read]'
  }
}

function stringField(error: unknown, name: string): string | undefined {
  const value = readField(error, name)
  return typeof value === 'string' ? value : undefined
}

function numberField(error: unknown, name: string): number | undefined {
  const value = readField(error, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A short form of a bad value for an error message; a text stands in quotation marks. */
export function quote(value: unknown): string {
  const text = inJson(typeof value === 'string' ? value.slice(0, 100) : value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
