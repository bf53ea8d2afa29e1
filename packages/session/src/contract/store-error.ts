import { toErrorData } from '@geppetto/turns'
import { isSessionError, SessionError, type StoreFailureReason } from './session-error.ts'

/** By these a store says that nothing of a write is there, nor will be. */
const nothingWritten: ReadonlySet<StoreFailureReason | undefined> = new Set(['locked', 'read_only', 'disk_full'])

/** Whether a store has failed. */
export function isStoreFailure(error: unknown): error is SessionError {
  return isSessionError(error) && error.code === 'store_failed'
}

/** Whether it is certain that nothing of the write that failed so has reached the store: else only its answer may be lost. */
export function wroteNothing(error: unknown): boolean {
  return isStoreFailure(error) && nothingWritten.has(error.reason)
}

/** Asks a store; what it throws comes as a `SessionError`. @throws SessionError `store_failed` for what is none of ours */
export async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (isSessionError(cause)) throw cause
    throw new SessionError('store_failed', `the session store failed: ${toErrorData(cause).message}`, { cause })
  }
}
