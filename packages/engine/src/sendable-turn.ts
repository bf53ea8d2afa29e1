import { findUnreadableBlock, type Turn, validateTurn } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'
import { unsupported } from './unsupported.ts'

/**
 * The one rule for turns that are given to an engine: sealed and valid, so that adapters need no idea of their own of calls without results, of
 * results without their calls, and of second results. Nor of bytes that are no base64, which a turn may hold that was stored elsewhere.
 * @throws EngineError `invalid_request` naming the block, and the call where it is about one; `unsupported` naming block and part of unreadable bytes.
 */
export function assertSendable(turn: Turn): void {
  const [problem] = validateTurn(turn)
  if (problem === undefined) return assertReadable(turn)
  const { blockId, field, message } = problem
  const where = blockId === undefined ? field : `block ${blockId}`
  throw new EngineError('invalid_request', `nothing was sent, as the turn is not valid: ${where}: ${message}`, {
    partial: turn,
  })
}

function assertReadable(turn: Turn): void {
  const unreadable = findUnreadableBlock(turn)
  if (unreadable === undefined) return
  const { index, part, reason } = unreadable.part
  throw unsupported(`nothing was sent: the ${part.type} in content[${index}] ${reason}`, unreadable.block)
}
