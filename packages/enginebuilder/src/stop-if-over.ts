import { type Context, endOf } from '@geppetto/context'
import { EngineError } from '@geppetto/engine'
import type { Turn } from '@geppetto/turns'

/** @throws EngineError `cancelled` with the turn where the run must end now */
export function stopIfOver(ctx: Context, turn: Turn): void {
  const end = endOf(ctx)
  if (end !== undefined) throw cancelled(end.reason, turn)
}

/** The error of a run that was stopped, with the turn so far. */
export function cancelled(reason: unknown, turn: Turn): EngineError {
  return new EngineError('cancelled', 'the run was cancelled', { partial: turn, cause: reason })
}
