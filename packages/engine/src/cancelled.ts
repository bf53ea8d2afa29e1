import { isTimeoutReason } from '@geppetto/context'
import { isStopReason, type StopReason } from '@geppetto/turns'
import { EngineError, type EngineErrorFacts } from './engine-error.ts'

/** The error of a call whose context has aborted. The abort's reason is its cause. */
export function cancelledError(reason: unknown, facts: EngineErrorFacts = {}): EngineError {
  return new EngineError('cancelled', 'the provider call was cancelled', { cause: reason, ...facts })
}

/** Why a call that ended with this error stopped. An abort's reason may be a stop reason itself, or say that time was up. */
export function stopOf(error: EngineError): StopReason {
  if (error.code === 'timeout') return 'deadline'
  if (error.code !== 'cancelled') return 'error'
  const reason = error.cause
  if (isTimeoutReason(reason)) return 'deadline'
  return isStopReason(reason) ? reason : 'user'
}
