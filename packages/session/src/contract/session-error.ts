import { defined, GeppettoError, isOfFamily } from '@geppetto/turns'

/** What can be wrong with the use of a session. */
export type SessionErrorCode =
  /** Another run is active. */
  | 'session_busy'
  /** Somebody else has written to the session. */
  | 'session_conflict'
  | 'no_turn'
  /** The latest turn is already completed. */
  | 'nothing_to_run'
  | 'no_such_turn'
  | 'no_such_call'
  /** No such prompt waits. */
  | 'no_such_prompt'
  | 'empty_prompt'
  /** The id of a request is that of another prompt: `field` is `requestId`. */
  | 'request_mismatch'
  | 'not_completed'
  | 'not_preparable'
  /** The process that ran it is gone. */
  | 'owner_lost'
  | 'no_such_session'
  | 'store_failed'
  /** What a store has of a session is not what was written: `record` and `field` say where. */
  | 'invalid_stored_session'
  /** What is to be imported is no exported session: the message says in which line. */
  | 'invalid_import'
  /** The store has a session of that id. */
  | 'session_exists'
  /** A newer version of this package wrote it. */
  | 'unsupported_version'
  /** The history has a turn of that id. */
  | 'duplicate_turn'
  | 'invalid_options'

/** Why a store failed (`store_failed`), where it can say. By `locked`, `read_only` and `disk_full` it says, too, that nothing of the write is there, nor will be. */
export type StoreFailureReason =
  /** Another process is writing, and did not stop in time: try again. */
  | 'locked'
  /** The file or its folder must not be written to. */
  | 'read_only'
  | 'disk_full'
  /** It cannot be opened or made: a folder is missing, say, or may not be entered. */
  | 'cannot_open'
  /** It was deleted or moved while it was open. */
  | 'moved'
  /** What stands there was not made by this kind of store. */
  | 'not_a_store'
  /** What stands there has been damaged. */
  | 'damaged'
  /** The value is beyond what the store can keep. */
  | 'too_big'
  /** The disk does not do what it is asked to. */
  | 'io'
  /** The store has been closed. */
  | 'closed'

/** What an error may say beside its message. */
interface ErrorFacts {
  /** Of a store's failure. */
  readonly reason?: StoreFailureReason
  readonly record?: number
  readonly field?: string
}

/** Thrown by a session where it is used wrongly, and carried by results where a store is at fault. */
export class SessionError extends GeppettoError {
  override readonly name: string = 'SessionError'
  declare readonly code: SessionErrorCode
  /** Of stored data: which record of the session is wrong, from 0. */
  declare readonly record?: number
  /** Of stored data: where in the record, as a path: `turn.parts[2].id`. Of a call: the option that is wrong. */
  declare readonly field?: string
  /** Of a store's failure (`store_failed`): why, where the store can say. */
  declare readonly reason?: StoreFailureReason

  constructor(code: SessionErrorCode, message: string, options: ErrorOptions & ErrorFacts = {}) {
    super('geppetto/session', code, message, options)
    const { reason, record, field } = options
    // A logged error shall not list what it has not.
    Object.assign(this, defined({ reason, record, field }))
  }
}

/** A run of the session is active: in this object, or, in a shared store, elsewhere. */
export class SessionBusyError extends SessionError {
  override readonly name = 'SessionBusyError'
  /** The run that is active, where it is known. */
  readonly runId: string | undefined
  /** Who holds the session in a shared store. */
  readonly holder: string | undefined

  constructor(
    sessionId: string,
    active: { readonly runId?: string | undefined; readonly holder?: string | undefined },
    { unsaved, ...options }: ErrorOptions & { readonly unsaved?: string } = {},
  ) {
    const { runId = 'unknown', holder } = active
    const rest = unsaved === undefined ? '' : `; not saved: ${unsaved}`
    const where =
      holder === undefined
        ? `(${runId}): wait for it, cancel it, or use submit with whenBusy`
        : `(${runId}) of another owner, ${holder}: watch it with attach(), stop it with cancelActive(), and go on with session.reload() when it has ended`
    super('session_busy', `session ${sessionId} has an active run ${where}${rest}`, options)
    this.runId = active.runId
    this.holder = active.holder
  }
}

/** The session in the store is not as this object knows it: somebody else wrote to it. */
export class SessionConflictError extends SessionError {
  override readonly name = 'SessionConflictError'

  constructor(
    sessionId: string,
    why: string,
    whatToDo = 'take that over with session.reload(), and submit again',
    options: ErrorOptions = {},
  ) {
    super('session_conflict', `session ${sessionId} was changed by somebody else (${why}): ${whatToDo}`, options)
  }
}

/** Whether `error` is a {@link SessionError}. */
export function isSessionError(error: unknown): error is SessionError {
  return isOfFamily(error, 'geppetto/session')
}

/** Whether `error` is a {@link SessionBusyError}. */
export function isSessionBusyError(error: unknown): error is SessionBusyError {
  return isSessionError(error) && error.code === 'session_busy'
}

/** Whether `error` is a {@link SessionConflictError}. */
export function isSessionConflictError(error: unknown): error is SessionConflictError {
  return isSessionError(error) && error.code === 'session_conflict'
}
