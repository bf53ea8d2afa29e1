import { type Context, endOf } from '@geppetto/context'
import { EngineError, isEngineError, partialTurnOf, withFacts } from '@geppetto/engine'
import { hubFrom, publish } from '@geppetto/events'
import { type ProviderCallRecord, providerCalls, providerCallsKey, type Turn, withMetadata } from '@geppetto/turns'

/** What to do where content of the failed attempt was published: pass the failure on, or take back what was said and go on. */
export type AfterVisible = 'fail' | 'restart'

/** The attempts that were made for one call of a middleware and failed: what they leave, and how they are taken back. */
export class FailedAttempts {
  readonly #ctx: Context
  readonly #input: Turn
  readonly #records: ProviderCallRecord[] = []
  #firstSeq = 0

  constructor(ctx: Context, input: Turn) {
    this.#ctx = ctx
    this.#input = input
  }

  /** An attempt begins: its events are those from here on. @throws EngineError `cancelled` when the work is over, also for who heard of a roll-back and ended it */
  begin(): void {
    const end = endOf(this.#ctx)
    if (end !== undefined) {
      const partial = this.addTo(this.#input)
      throw new EngineError('cancelled', 'cancelled before an attempt was made', { cause: end.reason, partial })
    }
    this.#firstSeq = (hubFrom(this.#ctx)?.sequence.last ?? 0) + 1
  }

  /** Takes back what the attempt that began last left: nobody may count it. Where it was not visible, UIs have nothing to do, but events leave it too. */
  rollBack(error: EngineError, reason: string): void {
    const blocks = partialTurnOf(error)?.blocks.length ?? 0
    if (!error.visible && blocks <= this.#input.blocks.length) return
    publish(this.#ctx, { type: 'run-rolled-back', fromSeq: this.#firstSeq, reason: `${reason}: ${error.message}` })
  }

  /** Notes the records of an attempt that another one follows. */
  add(error: EngineError): void {
    const known = new Set([...recordsOf(this.#input), ...this.#records].map(({ id }) => id))
    for (const record of recordsOf(partialTurnOf(error))) if (!known.has(record.id)) this.#records.push(record)
  }

  /** The turn with the records of the failed attempts, in front of the one that followed them: they were paid for. */
  addTo(turn: Turn): Turn {
    if (this.#records.length === 0) return turn
    const records = recordsOf(turn)
    const known = new Set(records.map(({ id }) => id))
    const missing = this.#records.filter(({ id }) => !known.has(id))
    if (missing.length === 0) return turn
    return withMetadata(turn, providerCallsKey, records.toSpliced(recordsOf(this.#input).length, 0, ...missing))
  }

  /** The error with the same records in its turn. */
  addToError(error: unknown): unknown {
    const partial = partialTurnOf(error)
    if (partial === undefined || !isEngineError(error)) return error
    const fuller = this.addTo(partial)
    return fuller === partial ? error : withFacts(error, { partial: fuller })
  }

  /** @throws EngineError `cancelled` with what the failed attempt left, when the work is over: another attempt must not begin. */
  throwIfOver(error: EngineError): void {
    const end = endOf(this.#ctx)
    if (end === undefined) return
    const { message, visible } = error
    const partial = partialTurnOf(error) ?? this.#input
    throw new EngineError('cancelled', `cancelled before another attempt: ${message}`, {
      cause: end.reason,
      partial,
      visible,
    })
  }
}

/** The records on a turn; none where something else stands under their name. */
function recordsOf(turn: Turn | undefined): readonly ProviderCallRecord[] {
  try {
    return turn === undefined ? [] : providerCalls(turn)
  } catch {
    // No reason to lose an answer.
    return []
  }
}
