import { defined, type ErrorData, toErrorData } from '@geppetto/turns'
import { EngineError, isEngineError } from './engine-error.ts'
import { withoutSecretsIn } from './safe-cause.ts'

/** What a transport or a body threw, as an error that says why: hosts hide the reason in a chain of causes below "fetch failed". */
export function networkError(what: string, thrown: unknown): EngineError {
  if (isUnsendableHeader(toErrorData(thrown))) return unsendableHeader()
  if (isEngineError(thrown)) return thrown
  const cause = thrown === undefined ? undefined : withoutSecretsIn(thrown)
  return new EngineError('network', `${what}: ${reasonOf(thrown)}`, defined({ cause }))
}

/** Without what was thrown, and without its words: hosts quote the header, and with it the key. */
function unsendableHeader(): EngineError {
  return new EngineError(
    'invalid_options',
    'a header, most likely that of the key, holds what no header can: look for a line break or a … in it',
  )
}

/** Whether this, or what caused it, is a host's word for a header that it does not send. */
function isUnsendableHeader({ message, cause }: ErrorData): boolean {
  return unsendable.test(message) || (cause !== undefined && isUnsendableHeader(cause))
}

const unsendable = /invalid header value|invalid character in header|convert argument to a ByteString/i

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
