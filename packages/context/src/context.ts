import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { IdGenerator } from './ids.ts'
import { randomIds } from './ids.ts'
import { signalWithoutEnd } from './signal-without-end.ts'

/** Names a value of type `T` on a context. Two keys are the same only if they are the same object. */
export interface ContextKey<T> {
  readonly name: string
  /** Never set: it only carries the type. */
  readonly valueType?: T
}

/**
 * What belongs to one run and crosses every layer: the abort signal, the deadline, the clock, the id generator, and typed values.
 * Immutable: the `with…` functions return a new context and leave the old one as it was.
 */
export interface Context {
  /** Aborts when the work should stop; its `reason` says why. */
  readonly signal: AbortSignal
  /** When the work will be stopped, in milliseconds since the epoch; absent: never. */
  readonly deadline?: number
  readonly clock: Clock
  readonly ids: IdGenerator
  /** The value under `key`, or undefined. */
  get<T>(key: ContextKey<T>): T | undefined
}

/** Makes a key. `name` is for people who debug; it need not be unique. */
/* @__NO_SIDE_EFFECTS__ */
export function createContextKey<T>(name: string): ContextKey<T> {
  return Object.freeze({ name })
}

/** What {@link background} can be given. */
export interface BackgroundOptions {
  /** Default: a signal that never aborts. */
  readonly signal?: AbortSignal
  /** Default: {@link systemClock}. */
  readonly clock?: Clock
  /** Default: {@link randomIds}. */
  readonly ids?: IdGenerator
}

/** The root of all contexts: no deadline, no values. */
export function background(options: BackgroundOptions = {}): Context {
  return new ChainedContext({
    signal: options.signal ?? signalWithoutEnd(),
    clock: options.clock ?? systemClock,
    ids: options.ids ?? randomIds,
  })
}

/** A context with one more value; it hides an earlier one under the same key. */
export function withValue<T>(ctx: Context, key: ContextKey<T>, value: T): Context {
  return new ChainedContext(ctx, ctx, key, value)
}

/** A context with the values of `ctx` that does not abort with it and has no deadline: for what must be done after an abort too. */
export function withoutCancel(ctx: Context): Context {
  const { clock, ids } = ctx
  return new ChainedContext({ signal: signalWithoutEnd(), clock, ids }, ctx)
}

/** A context like `ctx` with another clock or id generator. */
export function withSources(ctx: Context, sources: { readonly clock?: Clock; readonly ids?: IdGenerator }): Context {
  return derive(ctx, { clock: sources.clock ?? ctx.clock, ids: sources.ids ?? ctx.ids })
}

/** A context like `ctx` with the given signal or deadline in place of its own. The caller sees to it that an abort of `ctx` reaches the new signal. */
export function derive(
  ctx: Context,
  changes: Partial<Pick<Context, 'signal' | 'deadline' | 'clock' | 'ids'>>,
): Context {
  const deadline = changes.deadline ?? ctx.deadline
  return new ChainedContext(
    {
      signal: changes.signal ?? ctx.signal,
      clock: changes.clock ?? ctx.clock,
      ids: changes.ids ?? ctx.ids,
      ...(deadline === undefined ? {} : { deadline }),
    },
    ctx,
  )
}

/** One link of the chain: the run's facts, and at most one value on top of the parent's. */
class ChainedContext implements Context {
  readonly signal: AbortSignal
  // Declared, not defined: without a deadline the property is absent.
  declare readonly deadline?: number
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly #parent: Context | undefined
  readonly #key: ContextKey<unknown> | undefined
  readonly #value: unknown

  constructor(facts: Omit<Context, 'get'>, parent?: Context, key?: ContextKey<unknown>, value?: unknown) {
    this.signal = facts.signal
    if (facts.deadline !== undefined) this.deadline = facts.deadline
    this.clock = facts.clock
    this.ids = facts.ids
    this.#parent = parent
    this.#key = key
    this.#value = value
    Object.freeze(this)
  }

  get<T>(key: ContextKey<T>): T | undefined {
    // True because withValue pairs each key with a value of the key's own type.
    if (key === this.#key) return this.#value as T
    return this.#parent?.get(key)
  }
}
