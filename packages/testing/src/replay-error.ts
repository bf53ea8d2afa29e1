import { GeppettoError, isOfFamily } from '@geppetto/turns'

/** What can be wrong with a cassette, or between it and the program. */
export type ReplayErrorCode =
  /** The program did something else than what was recorded. */
  | 'mismatch'
  /** The program left out something that was recorded. */
  | 'unused'
  /** It is no cassette, or one of a later version. */
  | 'invalid_cassette'
  /** A cassette cannot hold what a tool got or returned, or what was to be scrubbed. */
  | 'unrecordable'

/** Thrown by {@link recordSession}, {@link replaySession} and {@link parseCassette}, with a message that says where things differ. */
export class ReplayError extends GeppettoError {
  override readonly name = 'ReplayError'
  declare readonly code: ReplayErrorCode

  constructor(code: ReplayErrorCode, message: string, options?: ErrorOptions) {
    super('geppetto/testing', code, message, options)
  }
}

/** Whether `error` is a {@link ReplayError}. */
export function isReplayError(error: unknown): error is ReplayError {
  return isOfFamily(error, 'geppetto/testing')
}
