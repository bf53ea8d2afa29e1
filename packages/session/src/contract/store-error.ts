import { toErrorData } from '@geppetto/turns'
import { isSessionError, SessionError } from './session-error.ts'

/** Asks a store; what it throws comes as a `SessionError`. @throws SessionError `store_failed` for what is none of ours */
export async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (isSessionError(cause)) throw cause
    throw new SessionError('store_failed', `the session store failed: ${toErrorData(cause).message}`, { cause })
  }
}
