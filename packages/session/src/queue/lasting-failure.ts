import { SessionConflictError, type SessionError } from '../contract/session-error.ts'

/** Why a store can say nothing more of the prompts of a session, however often it is asked; undefined where that may pass. */
export function lastingFailure(error: SessionError, sessionId: string): SessionError | undefined {
  switch (error.code) {
    case 'no_such_session':
      return new SessionConflictError(sessionId, 'it was deleted', 'go on in a session.fork() of it', { cause: error })
    case 'unsupported_version':
    case 'invalid_stored_session':
      return error
    case 'store_failed':
      return error.reason === 'damaged' || error.reason === 'closed' ? error : undefined
    default:
      return undefined
  }
}
