import { defined, toErrorData } from '@geppetto/turns'
import { isSessionError, SessionError } from '../contract/session-error.ts'
import type { PromptRecord } from './prompt-record.ts'
import { decodeRecord, encodeRecord } from './session-record.ts'

/**
 * Says of what a store could not keep, or not give back, that it is not: it goes with the commits of the active run, which would fail with it.
 * @throws SessionError `invalid_options`
 */
export function assertKeepable(record: PromptRecord): void {
  try {
    decodeRecord(encodeRecord(record), { sessionId: 'new', record: 0 })
  } catch (cause) {
    const field = isSessionError(cause) ? cause.field : undefined
    const why = `the prompt could not be stored: ${toErrorData(cause).message}`
    throw new SessionError('invalid_options', why, { cause, ...defined({ field }) })
  }
}
