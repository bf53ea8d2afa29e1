import { type Problem, type ProblemCode, type ProblemDetails, problemOf } from '@geppetto/client/protocol'
import { isSessionBusyError, isSessionError, type SessionError, type SessionErrorCode } from '@geppetto/session'
import { isTurnError } from '@geppetto/turns'

/** Ends the handling of a request: the caller gets the problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(code: ProblemCode, details?: ProblemDetails, options?: ErrorOptions) {
    const problem = explained(code, details)
    super(problem.detail ?? code, options)
    this.problem = problem
  }
}

/** What a session refuses, as the caller is told of it. Others are the server's own affair. */
const problemsOfSessions: Partial<Readonly<Record<SessionErrorCode, ProblemCode>>> = {
  no_such_session: 'no_such_session',
  session_exists: 'session_exists',
  no_such_turn: 'no_such_turn',
  no_such_prompt: 'no_such_prompt',
  no_such_call: 'no_such_call',
  no_turn: 'nothing_to_run',
  nothing_to_run: 'nothing_to_run',
  request_mismatch: 'request_mismatch',
  session_conflict: 'head_moved',
  store_failed: 'store_failed',
}

const advice: Partial<Readonly<Record<ProblemCode, string>>> = {
  session_busy: 'Wait for the run, cancel it, or submit with whenBusy.',
  head_moved: 'Read the session again, and repeat what you want.',
  session_exists: 'Take another sessionId.',
  no_such_call: 'Read the session again: it may have been answered.',
  no_such_session: 'It was deleted, or it never was.',
  no_such_turn: 'Read the session again: it may be on another branch.',
  no_such_prompt: 'It has begun to run, or was withdrawn.',
  nothing_to_run: 'The latest turn is completed: submit a message.',
  request_mismatch: 'Take a new requestId for every new request.',
  store_failed: 'Try again in a moment.',
  too_slow: 'Try again on a better line.',
}

/** The problem of whatever was thrown; `report` gets what is not the caller's fault. Never a stack, never a message that was not meant for callers. */
export function toProblem(error: unknown, report: (error: unknown) => void): Problem {
  if (error instanceof ProblemError) return error.problem
  if (isSessionBusyError(error))
    return explained('session_busy', error.runId === undefined ? {} : { runId: error.runId })
  if (isSessionError(error)) return sessionProblem(error, report)
  if (isTurnError(error) && error.code === 'invalid_block')
    return problemOf('invalid_request', { detail: error.message, ...(error.field && { field: error.field }) })
  report(error)
  return problemOf('internal')
}

function sessionProblem(error: SessionError, report: (error: unknown) => void): Problem {
  const code = problemsOfSessions[error.code] ?? 'internal'
  if (code === 'internal' || code === 'store_failed') report(error)
  return explained(code)
}

/** The problem with what to do about it. */
function explained(code: ProblemCode, details: ProblemDetails = {}): Problem {
  const detail = advice[code]
  return problemOf(code, { ...(detail === undefined ? {} : { detail }), ...details })
}

/** The problem document as a response. */
export function problemResponse(problem: Problem, more: Readonly<Record<string, string>> = {}): Response {
  const headers = new Headers({ ...more, 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (problem.retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(problem.retryAfterMs / 1000)))
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
