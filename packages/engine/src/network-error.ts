import { defined, type ErrorData, toErrorData } from '@geppetto/turns'
import { EngineError, isEngineError } from './engine-error.ts'
import { withoutSecretsIn } from './safe-cause.ts'

/** What a transport or a body threw, as an error that says why: hosts hide the reason in a chain of causes below "fetch failed". */
export function networkError(what: string, thrown: unknown): EngineError {
  if (isUnsendableHeader(toErrorData(thrown))) return unsendableHeader()
  if (isEngineError(thrown)) return thrown
  const cause = thrown === undefined ? undefined : withoutSecretsIn(thrown)
  const data = toErrorData(thrown)
  if (isHostLimit(data)) {
    const advice = 'what sends the requests has a time limit of its own: lift it there (headersTimeout, bodyTimeout)'
    // The provider was at work, and would be as long again.
    return new EngineError('timeout', `${what}: ${deepestReason(data)} (${advice})`, { retryable: false, cause })
  }
  return new EngineError('network', `${what}: ${deepestReason(data)}`, defined({ cause }))
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

/** Whether a host's fetch, or the program's own, gave up waiting by a limit that is not of the call. */
function isHostLimit({ code, cause }: ErrorData): boolean {
  return /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code) || (cause !== undefined && isHostLimit(cause))
}

function deepestReason({ name, code, message, cause }: ErrorData): string {
  const deeper = cause === undefined ? '' : deepestReason(cause)
  if (deeper !== '') return deeper
  if (message !== '') return message
  // Node's error for a name with several addresses has a code and no message.
  return code === 'unknown' ? name : code
}
