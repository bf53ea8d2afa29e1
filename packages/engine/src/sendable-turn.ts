import { type Turn, validateTurn } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/**
 * The one rule for turns that are given to an engine: sealed and valid, so that adapters need no idea of their own of calls without results, of
 * results without their calls, and of second results.
 * @throws EngineError `invalid_request` naming the block, and the call where it is about one.
 */
export function assertSendable(turn: Turn): void {
  const [problem] = validateTurn(turn)
  if (problem === undefined) return
  const { blockId, field, message } = problem
  const where = blockId === undefined ? field : `block ${blockId}`
  throw new EngineError('invalid_request', `nothing was sent, as the turn is not valid: ${where}: ${message}`, {
    partial: turn,
  })
}
