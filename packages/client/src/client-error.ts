import { defined, GeppettoError, isOfFamily } from '@geppetto/turns'
import { isRetryableProblem, type Problem, type ProblemCode } from './protocol/problem.ts'

/** What can go wrong between a client and its server. */
export type ClientErrorCode =
  | ProblemCode
  /** The server was not reached, or the connection broke. */
  | 'network'
  /** What answered is not a server of this kind, or of another version. */
  | 'protocol'
  /** The client was closed, or the prompt was discarded. */
  | 'closed'
  | 'invalid_options'

/** Why something could not be done. */
export class ClientError extends GeppettoError {
  override readonly name = 'ClientError'
  declare readonly code: ClientErrorCode
  /** Whether the same may succeed later. */
  readonly retryable: boolean
  /** The HTTP status, where there was an answer. */
  declare readonly status?: number
  /** What the server said. */
  declare readonly problem?: Problem

  constructor(
    code: ClientErrorCode,
    message: string,
    facts: ErrorOptions & { readonly retryable?: boolean; readonly status?: number; readonly problem?: Problem } = {},
  ) {
    super('geppetto/client', code, message, facts)
    this.retryable = facts.retryable ?? false
    Object.assign(this, defined({ status: facts.status, problem: facts.problem }))
  }
}

/** Whether `error` is a {@link ClientError}. */
export function isClientError(error: unknown): error is ClientError {
  return isOfFamily(error, 'geppetto/client')
}

/** The error of a problem document. */
export function errorOf(problem: Problem): ClientError {
  const { code, title, detail, status } = problem
  const message = detail === undefined ? title : `${title}: ${detail}`
  return new ClientError(code, message, { retryable: isRetryableProblem(code), status, problem })
}

/** Whatever was thrown as an error of the client. */
export function toClientError(error: unknown): ClientError {
  if (isClientError(error)) return error
  return new ClientError('network', 'the server was not reached, or the connection broke', {
    cause: error,
    retryable: true,
  })
}
