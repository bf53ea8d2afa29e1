import { untilAborted } from '@geppetto/context'
import { cancelledError } from './cancelled.ts'
import type { PreparedRequest } from './engine.ts'
import { type EngineError, toEngineError } from './engine-error.ts'
import { networkError } from './network-error.ts'
import type { CallTimer } from './time-limits.ts'
import type { Transport, WireResponse } from './transport.ts'

/** Sends, and waits no longer than until `signal` aborts. @throws EngineError `network` when there is no response; the signal's reason. */
export async function sendRequest(
  transport: Transport,
  request: PreparedRequest,
  signal: AbortSignal,
): Promise<WireResponse> {
  // A sink may have aborted when it was told of the call.
  signal.throwIfAborted()
  try {
    const sending = transport.send(request, signal)
    // A transport that does not listen to the signal may answer when nobody waits any more.
    sending.then((late) => (signal.aborted ? late.body?.cancel() : undefined)).catch(ignoreLateFailure)
    return await untilAborted(signal, sending)
  } catch (error) {
    throw networkError(`${transport.host} did not answer`, error)
  }
}

/** Where a request goes, for an error: without its query, which may hold a key. */
export function addressOf(transport: Transport, request: PreparedRequest): string {
  const address = transport.describe?.(request).address ?? transport.host + request.path
  return address.replace(/[?#].*$/s, '')
}

/** Its outcome was awaited, or nobody waits any more. */
function ignoreLateFailure(): void {}

/** What really happened: an abort shows itself as whatever error the transport makes of it. */
export function explainFailure(error: unknown, signal: AbortSignal, timer: CallTimer): EngineError {
  if (!signal.aborted) return toEngineError(error, 'internal')
  const { error: timeout } = timer
  // By identity: whoever aborts us may have timed out himself.
  return timeout !== undefined && signal.reason === timeout ? timeout : cancelledError(signal.reason)
}
