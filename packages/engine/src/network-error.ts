import { defined, type ErrorData, toErrorData } from '@geppetto/turns'
import { EngineError, isEngineError } from './engine-error.ts'

/** What a transport or a body threw, as an error that says why: hosts hide the reason in a chain of causes below "fetch failed". */
export function networkError(what: string, thrown: unknown): EngineError {
  if (isEngineError(thrown)) return thrown
  return new EngineError('network', `${what}: ${reasonOf(thrown)}`, defined({ cause: thrown }))
}

function reasonOf(thrown: unknown): string {
  return deepestReason(toErrorData(thrown))
}

function deepestReason({ name, code, message, cause }: ErrorData): string {
  const deeper = cause === undefined ? '' : deepestReason(cause)
  if (deeper !== '') return deeper
  if (message !== '') return message
  // Node's error for a name with several addresses has a code and no message.
  return code === 'unknown' ? name : code
}
