/** What can be wrong with a request: stable, for programs. */
export type ProblemCode =
  | 'invalid_json'
  | 'invalid_request'
  | 'not_allowed'
  | 'host_refused'
  | 'origin_refused'
  | 'not_found'
  | 'no_such_session'
  | 'no_such_turn'
  | 'no_such_prompt'
  | 'no_such_blob'
  | 'no_such_pause'
  | 'no_request'
  | 'method_not_allowed'
  | 'session_busy'
  | 'session_exists'
  | 'head_moved'
  | 'nothing_to_run'
  | 'request_mismatch'
  | 'no_such_call'
  | 'no_such_upload'
  | 'too_large'
  | 'too_slow'
  | 'unsupported_media_type'
  | 'no_such_profile'
  | 'rate_limited'
  | 'too_many_streams'
  | 'internal'
  | 'store_failed'
  | 'shutting_down'

/** A problem document, as RFC 9457 has it, with a code. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  /** `urn:geppetto:problem:` and the code. */
  readonly type: string
  readonly title: string
  /** The HTTP status. */
  readonly status: number
  readonly code: ProblemCode
  /** What was wrong with this request, and what to do. */
  readonly detail?: string
  /** Where in the request: `content[1].upload`. */
  readonly field?: string
  /** The run that is in the way. */
  readonly runId?: string
  /** How long to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number
}

/** What is known of each kind of problem. */
interface ProblemFacts {
  readonly status: number
  readonly title: string
  /** The same request may succeed later, and is safe to send again. */
  readonly retryable: boolean
}

const problemFacts: Readonly<Record<ProblemCode, ProblemFacts>> = {
  invalid_json: { status: 400, title: 'The body is not JSON', retryable: false },
  invalid_request: { status: 400, title: 'Something in the request is not what it should be', retryable: false },
  not_allowed: { status: 403, title: 'You may not do this', retryable: false },
  host_refused: { status: 403, title: 'The server does not answer under this name', retryable: false },
  origin_refused: { status: 403, title: 'Pages of this origin may not use the server', retryable: false },
  not_found: { status: 404, title: 'There is nothing at this address', retryable: false },
  no_such_session: { status: 404, title: 'There is no such session', retryable: false },
  no_such_turn: { status: 404, title: 'The session has no such turn', retryable: false },
  no_such_prompt: { status: 404, title: 'No such prompt waits', retryable: false },
  no_such_blob: { status: 404, title: 'The session has no such file', retryable: false },
  no_such_pause: { status: 404, title: 'There is no such pause', retryable: false },
  no_request: { status: 409, title: 'There is no request to show', retryable: false },
  method_not_allowed: { status: 405, title: 'This method is not for this address', retryable: false },
  session_busy: { status: 409, title: 'The session has an active run', retryable: false },
  session_exists: { status: 409, title: 'There is a session of this id', retryable: false },
  head_moved: { status: 409, title: 'The conversation has gone on meanwhile', retryable: false },
  nothing_to_run: { status: 409, title: 'There is nothing to go on with', retryable: false },
  request_mismatch: { status: 409, title: 'The id of the request was used for another one', retryable: false },
  no_such_call: { status: 409, title: 'No such tool call waits for an answer', retryable: false },
  no_such_upload: { status: 409, title: 'The file was not uploaded, or it was too long ago', retryable: false },
  too_large: { status: 413, title: 'The request is too large', retryable: false },
  too_slow: { status: 408, title: 'The body of the request took too long', retryable: true },
  unsupported_media_type: { status: 415, title: 'The server does not take this type', retryable: false },
  no_such_profile: { status: 422, title: 'There is no such profile', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  too_many_streams: { status: 429, title: 'Too many open event streams', retryable: true },
  internal: { status: 500, title: 'The server met an error', retryable: false },
  store_failed: { status: 503, title: 'The store of the sessions does not answer', retryable: true },
  shutting_down: { status: 503, title: 'The server is about to stop', retryable: true },
}

const typePrefix = 'urn:geppetto:problem:'

/** What a problem document says beside its code. */
export type ProblemDetails = Pick<Problem, 'detail' | 'field' | 'runId' | 'retryAfterMs'>

/** The problem document of a code. */
export function problemOf(code: ProblemCode, details: ProblemDetails = {}): Problem {
  const { status, title } = problemFacts[code]
  return { type: typePrefix + code, title, status, code, ...details }
}

/** Whether there is a problem of that code. */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(problemFacts, code)
}

/** Whether the same request may succeed later. */
export function isRetryableProblem(code: ProblemCode): boolean {
  return problemFacts[code].retryable
}
