import type { Context } from '@geppetto/context'
import type { DescribedSchema, ToolDefinition } from '@geppetto/turns'

/**
 * What running a tool does to the world. `none` and `idempotent` may be tried again; `side-effecting` runs at most once per call.
 */
export type ToolEffects = 'none' | 'idempotent' | 'side-effecting'

/**
 * A function that a model may call. Make one with {@link defineTool}. A `Tool<{ city: string }, …>` may stand where a `Tool` is
 * expected, so that differently typed tools go into one list.
 */
export interface Tool<Input = unknown, Output = unknown> {
  readonly name: string
  /** For the model: what it does, when to use it. */
  readonly description: string
  readonly input: DescribedSchema<unknown, Input>
  readonly output?: DescribedSchema<unknown, Output>
  readonly effects: ToolEffects
  /** For each attempt, in milliseconds; wins over the tool config's. Does not count authorization. */
  readonly timeoutMs?: number
  /**
   * A {@link ToolFunction}. Absent: the tool runs elsewhere, and a call of it ends the run as `waiting`.
   *
   * Written as a method because methods are compared bivariantly: as a property, no typed tool would be a `Tool`. That is sound
   * as long as the input comes out of this tool's own `input` schema, which is all that the executor ever gives it.
   */
  execute?(input: Input, ctx: Context): Output | Promise<Output>
  /** A {@link ReconcileFunction}. A method for the same reason. */
  reconcile?(input: Input, ctx: Context): Reconciliation<Output> | Promise<Reconciliation<Output>>
  /** The tool as the model is told of it. */
  readonly definition: ToolDefinition
}

/**
 * Does the work. `ctx.signal` ends with the run and at the timeout; `publish(ctx, { type: 'tool-execution-progress', … })` reports progress;
 * `idempotencyKeyFrom(ctx)` names this one call for ever. Return a text, `{ content: parts }`
 * where media is in it, or plain data, which goes to the model as JSON; anything else fails the call.
 */
export type ToolFunction<Input, Output> = (input: Input, ctx: Context) => Output | Promise<Output>

/** What became of a call that an earlier run may have run. */
export type Reconciliation<Output> =
  /** It ran, and this came of it: it is checked and goes to the model as what `execute` returns. */
  | { readonly state: 'ran'; readonly output: Output }
  /** It had no effect, and will have none: it is run. */
  | { readonly state: 'not-run' }
  /** Nobody can say: whoever resumed the run decides. */
  | { readonly state: 'unknown' }

/**
 * Asks the outside world what became of a call that was started in a run that was interrupted: the payment with this `idempotencyKeyFrom(ctx)`,
 * say, which is the key that `execute` had. The timeout and `ctx.signal` are as for `execute`; where it throws nobody can say.
 */
export type ReconcileFunction<Input, Output> = (
  input: Input,
  ctx: Context,
) => Reconciliation<Output> | Promise<Reconciliation<Output>>
